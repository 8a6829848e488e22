import { close, isMatching, withdraw, type BookCore } from './core';
import { isOrderEntry, type OrderEntry } from './entry';
import { admitOrder, settleStep } from './elect';
import { applyQuote, withdrawQuote } from './market-quote';
import { plainReport } from './reports';
import type { BookReport } from './types';

/**
 * Lets the symbol trade again: the newest quote that came meanwhile is applied as after a jump,
 * then the orders that waited join in order of entry. Does nothing while still halted or closed.
 */
export function resumeMatching(core: BookCore, reports: BookReport[]): void {
  if (!isMatching(core)) return;
  if (core.heldQuote !== null) {
    const quote = { ...core.heldQuote, gap: true };
    core.heldQuote = null;
    applyQuote(core, quote, reports);
    settleStep(core, reports);
  }
  for (let entry = core.waiting.first; entry !== null; entry = core.waiting.first) {
    if (!isOrderEntry(entry)) throw new Error('only orders wait for the symbol to open');
    withdraw(core, entry);
    admitOrder(core, entry, reports);
    settleStep(core, reports);
  }
}

/**
 * Ends the session: everything that is not good till canceled expires, oldest first, and the
 * market maker takes its quote back. Does nothing when closed already, so what waits for the next
 * open stays.
 */
export function endSession(core: BookCore, reports: BookReport[]): void {
  if (core.closed) return;
  core.closed = true;
  core.heldQuote = null;
  withdrawQuote(core);
  const ending: OrderEntry[] = [];
  for (const entry of core.orders.values()) {
    if (entry.order.timeInForce !== 'gtc') ending.push(entry);
  }
  ending.sort((a, b) => a.priority - b.priority);
  for (const entry of ending) {
    close(core, entry);
    reports.push(plainReport('expired', entry.order.orderId, 0, 'session_close'));
  }
}
