import { arm, hold, isMatching, stopsOf, trail, trailsOf, withdraw, type BookCore } from './core';
import { isOrderEntry, type OrderEntry, type OrderList } from './entry';
import { enterOrder } from './match';
import { plainReport } from './reports';
import type { BookReport } from './types';
import type { Side } from '../order/order';

/** Lets an order join: a stop the last print has not reached waits, all else goes to the market. */
export function admitOrder(core: BookCore, entry: OrderEntry, reports: BookReport[]): void {
  const { order } = entry;
  if (entry.elected) {
    enterOrder(core, entry, reports);
  } else if (order.stopPrice === null) {
    trail(core, entry);
  } else if (core.lastPrint !== null && reaches(order.side, core.lastPrint, order.stopPrice)) {
    elect(core, entry, reports);
  } else {
    arm(core, entry, order.stopPrice);
  }
}

/** A buy stop is elected by a print at it or above, a sell stop at it or below. */
function reaches(side: Side, print: number, stopPrice: number): boolean {
  return side === 'buy' ? print >= stopPrice : print <= stopPrice;
}

function elect(core: BookCore, entry: OrderEntry, reports: BookReport[]): void {
  entry.elected = true;
  reports.push(plainReport('triggered', entry.order.orderId, entry.leaves, null));
  enterOrder(core, entry, reports);
}

/**
 * Ends a step: each print in turn elects stops by the price met on the way, then by entry; they
 * trade one after the other, and their own prints queue up behind. Exits whose entry closed in
 * this step join once no print is left, so that they see the same market as any new order.
 */
export function settleStep(core: BookCore, reports: BookReport[]): void {
  settlePrints(core, reports);
  while (core.activated.length > 0) {
    const list = core.activated.shift();
    if (list !== undefined) activate(core, list, reports);
    settlePrints(core, reports);
  }
}

/** Lets the exits of a list live; the first may trade so much that the second ends at once. */
function activate(core: BookCore, list: OrderList, reports: BookReport[]): void {
  const exits = [...list.exits];
  for (const { state, order, leaves } of exits) {
    const joins = state === 'held' || (order.waits === true && isMatching(core));
    if (joins) reports.push(plainReport('activated', order.orderId, leaves, null));
  }
  for (const exit of exits) {
    if (exit.state === 'gone') continue;
    if (isMatching(core)) admitOrder(core, exit, reports);
    else hold(core, exit);
  }
}

function settlePrints(core: BookCore, reports: BookReport[]): void {
  const { prints } = core;
  // Most steps print nothing, and emptying an array costs more than looking whether it is empty.
  if (prints.length === 0) return;
  // The walk also meets the prints that are queued while it goes on.
  for (const print of prints) {
    // The same print again can reach no stop that it has not reached before.
    if (print === core.lastPrint) continue;
    core.lastPrint = print;
    electReached(core, print, reports);
  }
  prints.length = 0;
}

function electReached(core: BookCore, print: number, reports: BookReport[]): void {
  followPrint(core, print);
  if (!isReached(core, 'buy', print) && !isReached(core, 'sell', print)) return;
  const elected = [...takeReached(core, 'buy', print), ...takeReached(core, 'sell', print)];
  for (const entry of elected) {
    // An exit ends when the other one is filled, be it by an order elected before it.
    if (entry.state !== 'gone') elect(core, entry, reports);
  }
}

function followPrint(core: BookCore, print: number): void {
  if (!core.buyTrails.isEmpty) core.buyTrails.follow(print);
  if (!core.sellTrails.isEmpty) core.sellTrails.follow(print);
}

function isReached(core: BookCore, side: Side, print: number): boolean {
  if (!trailsOf(core, side).isEmpty) return true;
  const next = stopsOf(core, side).best;
  return next !== null && reaches(side, print, next.price);
}

/** Takes the stops of one side that a print reaches out of their queues, in order of election. */
function takeReached(core: BookCore, side: Side, print: number): OrderEntry[] {
  const reached = trailsOf(core, side).reached(print);
  const stops = stopsOf(core, side);
  for (let { best: level } = stops; level !== null; level = stops.worseThan(level)) {
    if (!reaches(side, print, level.price)) break;
    for (let entry = level.first; entry !== null; entry = entry.next) {
      if (isOrderEntry(entry)) reached.push({ entry, stopPrice: level.price });
    }
  }
  const onTheWay = side === 'buy' ? 1 : -1;
  reached.sort(
    (a, b) => (a.stopPrice - b.stopPrice) * onTheWay || a.entry.priority - b.entry.priority,
  );
  for (const { entry } of reached) withdraw(entry);
  return reached.map(({ entry }) => entry);
}
