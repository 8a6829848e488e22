import { type OrderEvent, orderEvent, type OrderEventData, type OrderEventKind } from './events';
import type { OrderState } from './state';
import { nextStatus, type OrderEventName, type Transition } from './transitions';

/** One change of an order's state: the row after it, its record, its announcement. */
export interface Advance {
  readonly order: OrderState;
  readonly transition: Transition;
  readonly event: OrderEvent;
}

export interface AdvanceOptions {
  /** What else changes in the row. */
  readonly change?: Partial<OrderState>;
  /** A replace of this order still waits for the book's answer; `false` unless told. */
  readonly replacePending?: boolean;
  readonly reportId?: string | null;
  readonly data?: Partial<Omit<OrderEventData, 'order'>>;
}

/** A held exit was announced as accepted already. */
function announced(event: OrderEventName, before: OrderState): OrderEventKind {
  return event === 'activate' && before.replaces === null && before.listRole !== null
    ? 'activated'
    : ANNOUNCED[event];
}

const ANNOUNCED: Readonly<Record<OrderEventName, OrderEventKind>> = {
  activate: 'accepted',
  trigger: 'triggered',
  restate: 'restated',
  partial_fill: 'partially_filled',
  fill: 'filled',
  request_cancel: 'pending_cancel',
  cancel: 'canceled',
  cancel_reject: 'cancel_rejected',
  request_replace: 'pending_replace',
  replace: 'replaced',
  replace_reject: 'replace_rejected',
  expire: 'expired',
  reject: 'rejected',
};

/**
 * The only way a status changes, so that every change is on the table, is recorded once and is
 * announced once.
 *
 * @throws Error if the event is illegal in the order's status: a bug, not a refusal.
 */
export function advanceOrder(
  before: OrderState,
  event: OrderEventName,
  options: AdvanceOptions = {},
): Advance {
  const changed = { ...before, ...options.change };
  const status = nextStatus(before.status, event, {
    filledQuantity: changed.filledQuantity,
    replacePending: options.replacePending ?? false,
  });
  const order = { ...changed, status };
  return {
    order,
    transition: {
      orderId: order.orderId,
      from: before.status,
      event,
      to: status,
      reportId: options.reportId ?? null,
    },
    event: orderEvent(announced(event, before), order, options.data),
  };
}
