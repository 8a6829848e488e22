import { close, type BookCore } from './core';
import type { OrderEntry } from './entry';
import { plainReport } from './reports';
import type { BookReport, ReportReason } from './types';
import type { Side } from '../order/order';

/** True if an order of `side` that trades up to `bound` accepts `price`. */
export function accepts(side: Side, bound: number | null, price: number): boolean {
  if (bound === null) return true;
  return side === 'buy' ? price <= bound : price >= bound;
}

/** Counts a trade and queues its print; returns the trade's number. */
export function printTrade(core: BookCore, price: number): number {
  core.prints.push(price);
  core.lastTrade += 1;
  return core.lastTrade;
}

/** Takes an executed quantity off an order, which closes when nothing is left. */
export function execute(core: BookCore, entry: OrderEntry, quantity: number): void {
  entry.leaves -= quantity;
  if (entry.leaves === 0) close(core, entry);
  else if (entry.state !== 'entering') core.changes.note(entry);
}

/** Closes an order as canceled. */
export function cancelEntry(
  core: BookCore,
  entry: OrderEntry,
  reports: BookReport[],
  reason: ReportReason,
): void {
  close(core, entry);
  reports.push(plainReport('canceled', entry.order.orderId, 0, reason));
}
