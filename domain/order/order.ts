/**
 * The vocabulary of an order, in the wire's own spelling (Alpaca Trading API v2), with FIX
 * semantics: OrderQty = filled + leaves while open, leaves = 0 when closed.
 */

export const SIDES = ['buy', 'sell'] as const;
export type Side = (typeof SIDES)[number];

export const ORDER_TYPES = ['market', 'limit', 'stop', 'stop_limit', 'trailing_stop'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

export const TIMES_IN_FORCE = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

export const ORDER_CLASSES = ['simple', 'bracket', 'oco', 'oto'] as const;
export type OrderClass = (typeof ORDER_CLASSES)[number];

/** What an order is to its order list: exits are held until their entry closes. */
export const LIST_ROLES = ['entry', 'take_profit', 'stop_loss'] as const;
export type ListRole = (typeof LIST_ROLES)[number];

/** What its owner says the order is for; nothing is decided by it. */
export const POSITION_INTENTS = [
  'buy_to_open',
  'buy_to_close',
  'sell_to_open',
  'sell_to_close',
] as const;
export type PositionIntent = (typeof POSITION_INTENTS)[number];

/** `new`: durable in the book's queue; `accepted`: waits for the session; `held`: leg not live. */
export const OPEN_STATUSES = [
  'new',
  'accepted',
  'held',
  'partially_filled',
  'pending_cancel',
  'pending_replace',
] as const;
export const CLOSED_STATUSES = ['filled', 'canceled', 'expired', 'rejected', 'replaced'] as const;
export const ORDER_STATUSES = [...OPEN_STATUSES, ...CLOSED_STATUSES] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type ClosedStatus = (typeof CLOSED_STATUSES)[number];

export function isClosed(status: OrderStatus): status is ClosedStatus {
  return (CLOSED_STATUSES as readonly OrderStatus[]).includes(status);
}
