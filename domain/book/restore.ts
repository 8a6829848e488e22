import { createCore, sideOf, stopsOf, trailsOf, type BookCore, type MakerLevel } from './core';
import { boundOf, createOrderEntry, trailOf, type Entry, type OrderEntry } from './entry';
import type { OrderList } from './entry';
import { joinList } from './order-list';
import { checkOrder } from './check';
import { fromLevelState } from './market-quote';
import { enqueue } from './level';
import type { PriceLevels } from './price-levels';
import { TrailingStops } from './trailing-stops';
import type { BookState, RestingOrder } from './types';

/**
 * Rebuilds a book from its rows, as if it had never stopped.
 *
 * @param resting - In any order.
 */
export function restoreCore(resting: Iterable<RestingOrder>, state: BookState): BookCore {
  const core = createCore();
  core.lastPrint = state.lastPrint;
  core.halted = state.halted;
  core.closed = state.closed;
  core.heldQuote = state.heldQuote;
  core.nextPriority = state.nextPriority;
  core.buyTrails.restoreGroups(state.trails?.buy ?? []);
  core.sellTrails.restoreGroups(state.trails?.sell ?? []);
  core.makerBids = state.quote.bids.map(fromLevelState);
  core.makerAsks = state.quote.asks.map(fromLevelState);
  const places: Place[] = [];
  for (const level of core.makerBids) placeMaker(places, core.bids, level);
  for (const level of core.makerAsks) placeMaker(places, core.asks, level);
  const lists = new Map<string, OrderList>();
  // The members of a list act in order of entry.
  for (const order of [...resting].sort((a, b) => a.priority - b.priority)) {
    const place = placeOrder(core, lists, order);
    if (place !== null) places.push(place);
  }
  places.sort((a, b) => a.entry.priority - b.entry.priority);
  for (const { queues, price, entry } of places) {
    if (queues === null) enqueue(core.waiting, entry);
    else if (queues instanceof TrailingStops) queues.restore(entry as OrderEntry);
    else queues.add(price, entry);
  }
  return core;
}

/** Where an entry is to stand; without queues it waits for the symbol to open. */
interface Place {
  readonly queues: PriceLevels | TrailingStops | null;
  readonly price: number;
  readonly entry: Entry;
}

function placeMaker(places: Place[], queues: PriceLevels, { price, entry }: MakerLevel): void {
  if (entry.leaves > 0) places.push({ queues, price, entry });
}

function placeOrder(
  core: BookCore,
  lists: Map<string, OrderList>,
  order: RestingOrder,
): Place | null {
  checkOrder(order);
  const entry: OrderEntry = createOrderEntry(order);
  if (order.list != null) joinList(lists, order.list, entry);
  entry.state = order.state;
  entry.priority = order.priority;
  entry.known = true;
  core.orders.add(entry);
  core.nextPriority = Math.max(core.nextPriority, order.priority + 1);
  if (order.state === 'held') return null;
  if (order.state === 'waiting') return { queues: null, price: 0, entry };
  if (order.state === 'untriggered' && trailOf(order) !== null) {
    return { queues: trailsOf(core, order.side), price: 0, entry };
  }
  const waitsForPrint = order.state === 'untriggered';
  const queues = waitsForPrint ? stopsOf(core, order.side) : sideOf(core, order.side);
  const price = waitsForPrint ? order.stopPrice : boundOf(order);
  if (price === null) throw new RangeError(`order ${order.orderId} has no price to stand at`);
  return { queues, price, entry };
}
