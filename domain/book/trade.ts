import { close, type BookCore } from './core';
import type { OrderEntry, OrderList } from './entry';
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

/** Closes an order as canceled, and with it what of its list cannot go on alone. */
export function cancelEntry(
  core: BookCore,
  entry: OrderEntry,
  reports: BookReport[],
  reason: ReportReason,
): void {
  close(core, entry);
  reports.push(plainReport('canceled', entry.order.orderId, 0, reason));
  if (entry.list !== null) followClose(core, entry.list, entry, reports);
}

/** A member of a list traded: a filled entry lets its exits live, one exit shrinks the other. */
export function followTrade(
  core: BookCore,
  list: OrderList,
  entry: OrderEntry,
  quantity: number,
  reports: BookReport[],
): void {
  if (entry === list.entry) {
    if (entry.leaves === 0) endEntry(core, list, entry, reports);
    return;
  }
  if (entry.leaves === 0) leaveList(list, entry);
  for (const other of [...list.exits]) {
    if (other === entry) continue;
    if (entry.leaves === 0) {
      leaveList(list, other);
      cancelEntry(core, other, reports, 'other_exit_filled');
    } else {
      restate(core, other, other.order.quantity - quantity);
      reports.push(plainReport('restated', other.order.orderId, other.leaves, null));
    }
  }
}

/** A member of a list closed without being filled. */
export function followClose(
  core: BookCore,
  list: OrderList,
  entry: OrderEntry,
  reports: BookReport[],
): void {
  if (entry === list.entry) {
    endEntry(core, list, entry, reports);
    return;
  }
  leaveList(list, entry);
  for (const other of [...list.exits]) {
    leaveList(list, other);
    cancelEntry(core, other, reports, 'other_exit_closed');
  }
}

/** The exits live for what the entry executed, or end with an entry that executed nothing. */
function endEntry(core: BookCore, list: OrderList, entry: OrderEntry, reports: BookReport[]): void {
  list.entry = null;
  entry.list = null;
  const executed = entry.order.quantity - entry.leaves;
  for (const exit of [...list.exits]) {
    if (executed > 0) {
      restate(core, exit, executed);
    } else {
      leaveList(list, exit);
      cancelEntry(core, exit, reports, 'entry_unfilled');
    }
  }
  if (list.exits.length > 0) core.activated.push(list);
}

/** Gives an order another total; what it executed stays. */
function restate(core: BookCore, entry: OrderEntry, quantity: number): void {
  entry.leaves += quantity - entry.order.quantity;
  entry.order = { ...entry.order, quantity };
  core.changes.note(entry);
}

function leaveList(list: OrderList, entry: OrderEntry): void {
  list.exits = list.exits.filter((exit) => exit !== entry);
  entry.list = null;
}
