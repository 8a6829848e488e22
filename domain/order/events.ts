import type { OrderState } from './state';
import { type OrderSnapshot, snapshotOf } from './state';

/** What subscribers hear of an order: exactly one per change of state, one of them terminal. */
export const ORDER_EVENT_KINDS = [
  'accepted',
  'activated',
  'restated',
  'rejected',
  'triggered',
  'partially_filled',
  'filled',
  'pending_cancel',
  'canceled',
  'cancel_rejected',
  'pending_replace',
  'replaced',
  'replace_rejected',
  'expired',
] as const;
export type OrderEventKind = (typeof ORDER_EVENT_KINDS)[number];
/** CloudEvents `type`; the version counts changes of `data` that break readers. */
export type OrderEventType = `everfill.order.${OrderEventKind}.v1`;

/** One execution as events show it: decimal text. */
export interface ExecutionSnapshot {
  readonly report_id: string;
  readonly trade_id: string;
  readonly price: string;
  readonly quantity: string;
  /** price x quantity, rounded to 1e-4 once, by the match step. */
  readonly amount: string;
  readonly fee: string;
  readonly liquidity: 'maker' | 'taker';
  /** The account's signed position in the symbol after it. */
  readonly position_quantity: string;
}

export interface OrderEventData {
  readonly order: OrderSnapshot;
  readonly execution: ExecutionSnapshot | null;
  readonly reason: string | null;
  /** The order that takes, or would have taken, this one's place. */
  readonly replacement_id: string | null;
  /** Market clock, RFC 3339; `null` for what happens outside the book. */
  readonly market_at: string | null;
}

export interface OrderEvent {
  readonly type: OrderEventType;
  readonly orderId: string;
  readonly data: OrderEventData;
}

/** An event over the order as it stands after the change. */
export function orderEvent(
  kind: OrderEventKind,
  order: OrderState,
  more: Partial<Omit<OrderEventData, 'order'>> = {},
): OrderEvent {
  return {
    type: `everfill.order.${kind}.v1`,
    orderId: order.orderId,
    data: {
      order: snapshotOf(order),
      execution: more.execution ?? null,
      reason: more.reason ?? null,
      replacement_id: more.replacement_id ?? null,
      market_at: more.market_at ?? null,
    },
  };
}
