import type { Level } from './level';
import type { BookOrder, RestingOrder, RestingState, StandingOrder } from './types';

/** One place in a queue: an order's, or the market maker's at one price of its quote. */
export interface Entry {
  /** `null` for the market maker. */
  readonly order: BookOrder | null;
  leaves: number;
  /** `entering` while it trades, before it rests; `gone` once it is closed. */
  state: RestingState | 'entering' | 'gone';
  /** True once a stop is elected, and from the start for orders without one. */
  elected: boolean;
  priority: number;
  level: Level | null;
  previous: Entry | null;
  next: Entry | null;
  /** In the list of what changed since it was last taken, the oldest names itself; else `null`. */
  nextChanged: Entry | null;
  /** The taker of the changes knows this order. */
  known: boolean;
}

/** An entry that really is an order. */
export interface OrderEntry extends Entry {
  order: BookOrder;
  /** The order list it belongs to. */
  list: OrderList | null;
  /** In the list of those whose id is in no map yet, the oldest names itself; else `null`. */
  nextJoined: OrderEntry | null;
}

/** The open members of an order list. */
export interface OrderList {
  entry: OrderEntry | null;
  exits: OrderEntry[];
}

export function createOrderEntry(order: BookOrder): OrderEntry {
  return {
    order,
    leaves: order.quantity - order.filled,
    state: 'entering',
    elected: !hasTrigger(order),
    priority: 0,
    level: null,
    previous: null,
    next: null,
    nextChanged: null,
    known: false,
    list: null,
    nextJoined: null,
  };
}

/** True if the order waits for a print before it may trade. */
function hasTrigger(order: BookOrder): boolean {
  return order.stopPrice !== null || trailOf(order) !== null;
}

/** How far a trailing stop stays behind, in its own measure; `null` for all other orders. */
export function trailOf(order: BookOrder): number | null {
  return order.trailPrice ?? order.trailPercent ?? null;
}

export function createMakerEntry(size: number, priority: number): Entry {
  return {
    order: null,
    leaves: size,
    state: 'resting',
    elected: true,
    priority,
    level: null,
    previous: null,
    next: null,
    nextChanged: null,
    known: false,
  };
}

/** Who waits for the symbol to open, in order of entry; a list of its own: they may leave. */
export function waitingOrders(waiting: Level): OrderEntry[] {
  const orders: OrderEntry[] = [];
  for (let entry = waiting.first; entry !== null; entry = entry.next) {
    if (!isOrderEntry(entry)) throw new Error('only orders wait for the symbol to open');
    orders.push(entry);
  }
  return orders;
}

/** The market maker may stand in the same queue, but it does not trade with itself. */
export function firstOrder(level: Level): OrderEntry | null {
  let entry = level.first;
  while (entry !== null && !isOrderEntry(entry)) entry = entry.next;
  return entry;
}

export function isOrderEntry(entry: Entry): entry is OrderEntry {
  return entry.order !== null;
}

/** Market and stop orders have no price of their own: they work up to their protection price. */
export function worksAtMarket(order: BookOrder): boolean {
  return order.type !== 'limit' && order.type !== 'stop_limit';
}

/** The worst price it may trade at, which is also where it rests; `null` is any price. */
export function boundOf(order: BookOrder): number | null {
  return worksAtMarket(order) ? order.protectionPrice : order.limitPrice;
}

/** The row of an order as it stands now. */
export function toRestingOrder(entry: StandingOrder): RestingOrder {
  const { order } = entry;
  const row: RestingOrder = {
    orderId: order.orderId,
    accountId: order.accountId,
    side: order.side,
    type: order.type,
    timeInForce: order.timeInForce,
    quantity: order.quantity,
    filled: order.quantity - entry.leaves,
    limitPrice: order.limitPrice,
    stopPrice: entry.elected ? null : order.stopPrice,
    protectionPrice: order.protectionPrice,
    postOnly: order.postOnly,
    selfTradePrevention: order.selfTradePrevention,
    state: entry.state as RestingState,
    priority: entry.priority,
  };
  const waits = order.waits === true && entry.state === 'waiting';
  const told = waits ? { ...row, waits } : row;
  const listed = order.list == null ? told : { ...told, list: order.list };
  if (entry.elected || trailOf(order) === null) return listed;
  const { trailPrice = null, trailPercent = null } = order;
  return { ...listed, trailPrice, trailPercent };
}
