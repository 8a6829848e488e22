/**
 * The status that FIX reports for an order of which several things hold at once. Stored rows use
 * the table of transitions instead, where the fill that completes an order closes it at once.
 *
 * @see FIX 5.0 SP2, order state changes: the order status with the highest precedence is reported.
 */

export type ReportedStatus =
  'pending_cancel' | 'pending_replace' | 'filled' | 'canceled' | 'partially_filled' | 'new';

/** Quantities in any one scale. */
export interface ReportedOrder {
  readonly quantity: bigint;
  readonly filledQuantity: bigint;
  /** A cancel is acknowledged but not answered. */
  readonly cancelPending: boolean;
  /** A replace is acknowledged but not answered. */
  readonly replacePending: boolean;
  readonly canceled: boolean;
}

export type ReportedEvent =
  | { readonly kind: 'trade'; readonly quantity: bigint }
  | { readonly kind: 'cancel_pending' | 'canceled' | 'cancel_rejected' }
  | { readonly kind: 'replace_pending' | 'replace_rejected' }
  | { readonly kind: 'replaced'; readonly quantity: bigint };

const PRECEDENCE: readonly (readonly [ReportedStatus, (order: ReportedOrder) => boolean])[] = [
  ['pending_cancel', (order) => order.cancelPending],
  ['pending_replace', (order) => order.replacePending],
  ['filled', (order) => order.filledQuantity === order.quantity],
  ['canceled', (order) => order.canceled],
  ['partially_filled', (order) => order.filledQuantity > 0n],
];

export function reportedStatus(order: ReportedOrder): ReportedStatus {
  return PRECEDENCE.find(([, holds]) => holds(order))?.[0] ?? 'new';
}

/** FIX LeavesQty: 0 once the order is canceled. */
export function reportedLeaves(order: ReportedOrder): bigint {
  return order.canceled ? 0n : order.quantity - order.filledQuantity;
}

export function newReportedOrder(quantity: bigint): ReportedOrder {
  return {
    quantity,
    filledQuantity: 0n,
    cancelPending: false,
    replacePending: false,
    canceled: false,
  };
}

export function applyReported(order: ReportedOrder, event: ReportedEvent): ReportedOrder {
  switch (event.kind) {
    case 'trade':
      return { ...order, filledQuantity: order.filledQuantity + event.quantity };
    case 'cancel_pending':
      return { ...order, cancelPending: true };
    case 'canceled':
      return { ...order, cancelPending: false, canceled: true };
    case 'cancel_rejected':
      return { ...order, cancelPending: false };
    case 'replace_pending':
      return { ...order, replacePending: true };
    case 'replaced':
      return { ...order, replacePending: false, quantity: event.quantity };
    case 'replace_rejected':
      return { ...order, replacePending: false };
  }
}
