import { arm, stopsOf, withdraw, type BookCore } from './core';
import { isOrderEntry, type OrderEntry } from './entry';
import { enterOrder } from './match';
import { plainReport } from './reports';
import type { BookReport } from './types';
import type { Side } from '../order/order';

/** Lets an order join: a stop the last print has not reached waits, all else goes to the market. */
export function admitOrder(core: BookCore, entry: OrderEntry, reports: BookReport[]): void {
  const { order } = entry;
  if (entry.elected || order.stopPrice === null) {
    enterOrder(core, entry, reports);
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
 * trade one after the other, and their own prints queue up behind.
 */
export function settlePrints(core: BookCore, reports: BookReport[]): void {
  const { prints } = core;
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
  if (!isReached(core, 'buy', print) && !isReached(core, 'sell', print)) return;
  const elected: OrderEntry[] = [];
  withdrawReached(core, 'buy', print, elected);
  withdrawReached(core, 'sell', print, elected);
  for (const entry of elected) elect(core, entry, reports);
}

function isReached(core: BookCore, side: Side, print: number): boolean {
  const next = stopsOf(core, side).best;
  return next !== undefined && reaches(side, print, next.price);
}

function withdrawReached(core: BookCore, side: Side, print: number, elected: OrderEntry[]): void {
  const stops = stopsOf(core, side);
  while (isReached(core, side, print)) {
    const entry = stops.best?.first;
    if (!entry || !isOrderEntry(entry)) throw new Error('only orders wait among the stops');
    withdraw(core, entry);
    elected.push(entry);
  }
}
