import type { OrderEventData, OrderEventKind } from '../../domain/order/events';
import type { OrderStatus } from '../../domain/order/order';
import { executionIdOf } from '../../platform/identity';
import type { EventRow } from '../queries/events';
import type { OrderRow } from '../queries/orders';
import { type OrderResource, toOrderResource } from '../resources/order';

/** Alpaca's words for what happened to an order. */
type TradeUpdateEvent =
  | 'new'
  | 'accepted'
  | 'held'
  | 'rejected'
  | 'restated'
  | 'partial_fill'
  | 'fill'
  | 'pending_cancel'
  | 'canceled'
  | 'order_cancel_rejected'
  | 'pending_replace'
  | 'replaced'
  | 'order_replace_rejected'
  | 'expired';

/** One change of an order, as `trade_updates` carries it. */
export interface TradeUpdate {
  readonly event: TradeUpdateEvent;
  readonly event_id: string;
  /** Counts per account without gaps; what `since` takes. Not Alpaca's. */
  readonly sequence: string;
  readonly execution_id: string;
  readonly timestamp: string;
  readonly order: OrderResource;
  /** Of this execution. */
  readonly price?: string;
  readonly qty?: string;
  /** The signed position after it. */
  readonly position_qty?: string;
  readonly reason?: string;
}

const EVENTS: Readonly<Record<Exclude<OrderEventKind, 'accepted'>, TradeUpdateEvent>> = {
  rejected: 'rejected',
  // Alpaca has no word for an elected stop. Its `stopped` promises a trade at a price, which is
  // not what happened; the terms of the order changed, which is what `restated` says.
  triggered: 'restated',
  partially_filled: 'partial_fill',
  filled: 'fill',
  pending_cancel: 'pending_cancel',
  canceled: 'canceled',
  cancel_rejected: 'order_cancel_rejected',
  pending_replace: 'pending_replace',
  replaced: 'replaced',
  replace_rejected: 'order_replace_rejected',
  expired: 'expired',
  // The exit of an order list: held before, live from now on.
  activated: 'new',
  restated: 'restated',
};

/**
 * @param order - The row as it stands now, which may be later than the event.
 * @param legs - The exits it leads, as they stand now.
 * @returns The event over the order as it was right after the change.
 */
export function toTradeUpdate(
  row: EventRow,
  order: OrderRow,
  legs: readonly OrderRow[] = [],
): TradeUpdate {
  // Written by the steps of an order from this very shape.
  const data = row.data as unknown as OrderEventData;
  const { execution, reason } = data;
  const kind = (row.type.split('.')[2] ?? '') as OrderEventKind;
  return {
    event: kind === 'accepted' ? entryEvent(data.order.status) : EVENTS[kind],
    event_id: row.event_id,
    sequence: row.sequence,
    // FIX gives every report an ExecID, not only fills; clients use it to tell repeats apart.
    execution_id: execution === null ? row.event_id : executionIdOf(execution.report_id),
    timestamp: row.created_at,
    order: orderAt(data.order, order, legs, row.created_at),
    ...(execution !== null && {
      price: execution.price,
      qty: execution.quantity,
      position_qty: execution.position_quantity,
    }),
    ...(reason !== null && { reason }),
  };
}

function entryEvent(status: OrderStatus): TradeUpdateEvent {
  return status === 'held' || status === 'accepted' ? status : 'new';
}

/** What never changes comes from the row, what does from the event. */
function orderAt(
  then: OrderEventData['order'],
  now: OrderRow,
  legs: readonly OrderRow[],
  at: string,
): OrderResource {
  const order = toOrderResource({ ...now, status: then.status }, legs);
  return {
    ...order,
    updated_at: at,
    filled_at: then.status === 'filled' ? order.filled_at : null,
    // An order by notional has no quantity of its own.
    qty: order.qty === null ? null : then.quantity,
    filled_qty: then.filled_quantity,
    filled_avg_price: then.average_fill_price,
    limit_price: then.limit_price,
    stop_price: then.stop_price,
    replaces: then.replaces,
    replaced_by: then.replaced_by,
    reject_reason: then.reject_reason,
    close_reason: then.close_reason,
  };
}
