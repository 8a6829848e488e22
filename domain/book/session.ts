import { auctionOf, cancelAuction, closeAuction, waitsForAuction } from './auction';
import { close, hold, isMatching, withdraw, type BookCore } from './core';
import { type OrderEntry, waitingOrders } from './entry';
import { admitOrder, settleStep } from './elect';
import { applyQuote, withdrawQuote } from './market-quote';
import { plainReport } from './reports';
import { cancelEntry } from './trade';
import type { BookOrder, BookReport } from './types';

/**
 * Takes an order that comes now: it joins, or waits for its time, or comes too late. Whoever calls
 * settles the step.
 */
export function enterBook(core: BookCore, entry: OrderEntry, reports: BookReport[]): void {
  const { order } = entry;
  if (core.closed && isImmediate(order)) {
    cancelEntry(core, entry, reports, 'market_closed');
  } else if (!isMatching(core) || waitsForAuction(order)) {
    hold(core, entry);
  } else {
    join(core, entry, reports);
  }
}

function isImmediate({ timeInForce }: BookOrder): boolean {
  return timeInForce === 'ioc' || timeInForce === 'fok';
}

function join(core: BookCore, entry: OrderEntry, reports: BookReport[]): void {
  const { order, leaves } = entry;
  if (order.waits === true) reports.push(plainReport('activated', order.orderId, leaves, null));
  admitOrder(core, entry, reports);
}

/** Lets one that waited join, and the step it makes be settled before the next one joins. */
function joinAfterWait(core: BookCore, entry: OrderEntry, reports: BookReport[]): void {
  // It may have ended meanwhile, by an exit of its list that joined before it.
  if (entry.state === 'gone') return;
  join(core, entry, reports);
  settleStep(core, reports);
}

/** Ends a halt; does nothing while the symbol is closed. Who waits for an auction goes on. */
export function endHalt(core: BookCore, reports: BookReport[]): void {
  core.halted = false;
  if (!isMatching(core)) return;
  takeHeldQuote(core, reports);
  for (const entry of waitingOrders(core.waiting)) {
    if (waitsForAuction(entry.order)) continue;
    withdraw(entry);
    joinAfterWait(core, entry, reports);
  }
}

/**
 * Opens the session, with what waited for it in order of entry; then what is left of opg orders is
 * canceled. In a halt there is no opening: opg orders are canceled, the others wait for its end.
 */
export function beginSession(core: BookCore, reports: BookReport[]): void {
  if (!core.closed) return;
  core.closed = false;
  if (core.halted) {
    cancelAuction(core, 'opg', reports);
    return;
  }
  takeHeldQuote(core, reports);
  const opening: OrderEntry[] = [];
  for (const entry of waitingOrders(core.waiting)) {
    const auction = auctionOf(entry.order);
    if (auction === 'cls') continue;
    if (auction === 'opg') opening.push(entry);
    withdraw(entry);
    joinAfterWait(core, entry, reports);
  }
  closeAuction(core, opening, reports);
}

/** The newest quote that came while nothing matched is applied as after a jump. */
function takeHeldQuote(core: BookCore, reports: BookReport[]): void {
  if (core.heldQuote === null) return;
  const quote = { ...core.heldQuote, gap: true };
  core.heldQuote = null;
  applyQuote(core, quote, reports);
  settleStep(core, reports);
}

/**
 * Ends the session. Cls orders trade with what stands in the book, in order of entry; then
 * everything that is not good till canceled expires, oldest first, and the market maker takes its
 * quote back. Opg orders wait on, for the next open. Does nothing when closed already, so what
 * waits for the next session stays.
 */
export function endSession(core: BookCore, reports: BookReport[]): void {
  if (core.closed) return;
  holdClosing(core, reports);
  core.closed = true;
  core.heldQuote = null;
  withdrawQuote(core);
  const ending: OrderEntry[] = [];
  for (const entry of core.orders.values()) {
    const { timeInForce } = entry.order;
    if (timeInForce !== 'gtc' && timeInForce !== 'opg') ending.push(entry);
  }
  ending.sort((a, b) => a.priority - b.priority);
  for (const entry of ending) {
    close(core, entry);
    reports.push(plainReport('expired', entry.order.orderId, 0, 'session_close'));
  }
}

function holdClosing(core: BookCore, reports: BookReport[]): void {
  if (core.halted) {
    cancelAuction(core, 'cls', reports);
    return;
  }
  const closing = waitingOrders(core.waiting).filter(({ order }) => auctionOf(order) === 'cls');
  for (const entry of closing) {
    withdraw(entry);
    joinAfterWait(core, entry, reports);
  }
  closeAuction(core, closing, reports);
}
