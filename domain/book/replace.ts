import { checkOrder } from './check';
import { waitsForAuction } from './auction';
import { close, isMatching, hold, type BookCore } from './core';
import { boundOf, createOrderEntry, trailOf, type OrderEntry } from './entry';
import { admitOrder, settleStep } from './elect';
import { wouldTake } from './match';
import { takePlace } from './level';
import { plainReport } from './reports';
import type { BookOrder, BookReport, Replacement, ReportReason } from './types';

/**
 * Puts a replacement in the place of an order, or refuses and leaves the order as it is. The
 * report `replaced` closes the old order; what the replacement trades follows under its own id.
 * A new total equal to what is executed closes both: `replaced` then has no leaves.
 */
export function replaceOrder(
  core: BookCore,
  orderId: string,
  replacement: Replacement,
  reports: BookReport[],
): void {
  const old = core.orders.get(orderId);
  const refuse = (reason: ReportReason) => {
    const leaves = old?.leaves ?? 0;
    reports.push(plainReport('replace_rejected', orderId, leaves, reason, replacement.orderId));
  };
  if (old === undefined || old.state === 'held') return refuse('order_not_open');
  const order = merge(old, replacement);
  if (order.quantity < order.filled) return refuse('quantity_below_filled');
  checkReplacement(core, order);
  const joinsQueue = isMatching(core) && old.elected;
  if (keepsPlace(old, order)) return shrink(core, old, order, reports);
  if (joinsQueue && order.postOnly && wouldTake(core, order.side, boundOf(order))) {
    return refuse('post_only_would_take');
  }
  close(core, old);
  reports.push(replacedReport(old, order));
  if (order.quantity === order.filled) return;
  const entry = createOrderEntry(order);
  takeListPlace(old, entry);
  if (!isMatching(core) || waitsForAuction(order)) return hold(core, entry);
  admitOrder(core, entry, reports);
  settleStep(core, reports);
}

function checkReplacement(core: BookCore, order: BookOrder): void {
  if (order.quantity !== order.filled) checkOrder(order);
  if (core.orders.get(order.orderId) !== undefined)
    throw new RangeError(`${order.orderId} is open`);
}

/**
 * The old order with the new id, total and prices; what was executed stays executed, and a stop
 * that was elected stays elected. A price that its type does not have is ignored.
 */
function merge(old: OrderEntry, replacement: Replacement): BookOrder {
  const { waits: _joinsUnannounced, ...order } = old.order;
  const keepOr = (before: number | null, wanted: number | null) =>
    before === null ? null : (wanted ?? before);
  return {
    ...order,
    orderId: replacement.orderId,
    // The members of a list are of one size.
    quantity: order.list == null ? replacement.quantity : order.quantity,
    filled: order.quantity - old.leaves,
    timeInForce: replacement.timeInForce ?? order.timeInForce,
    limitPrice: keepOr(order.limitPrice, replacement.limitPrice),
    stopPrice: old.elected ? null : keepOr(order.stopPrice, replacement.stopPrice),
    protectionPrice: keepOr(order.protectionPrice, replacement.protectionPrice),
    ...mergeTrail(old, replacement),
  };
}

function mergeTrail({ order, elected }: OrderEntry, { trail = null }: Replacement) {
  if (trailOf(order) === null) return {};
  const keepOr = (before: number | null | undefined) =>
    before == null || elected ? null : (trail ?? before);
  return { trailPrice: keepOr(order.trailPrice), trailPercent: keepOr(order.trailPercent) };
}

/** Less of the same order keeps its place in the queue; more, or another price, loses it. */
function keepsPlace(old: OrderEntry, order: BookOrder): boolean {
  const before = old.order;
  return (
    order.quantity <= before.quantity &&
    order.quantity > order.filled &&
    order.limitPrice === before.limitPrice &&
    (old.elected || order.stopPrice === before.stopPrice) &&
    (old.elected || trailOf(order) === trailOf(before)) &&
    order.protectionPrice === before.protectionPrice
  );
}

function shrink(core: BookCore, old: OrderEntry, order: BookOrder, reports: BookReport[]): void {
  const entry = createOrderEntry(order);
  entry.state = old.state;
  entry.priority = old.priority;
  takeListPlace(old, entry);
  if (old.level === null) throw new Error(`order ${old.order.orderId} stands in no queue`);
  takePlace(old.level, old, entry);
  core.orders.add(entry);
  core.changes.note(entry);
  close(core, old);
  reports.push(replacedReport(old, order));
}

/** The replacement is the list's member from now on. */
function takeListPlace(old: OrderEntry, entry: OrderEntry): void {
  const { list } = old;
  if (list === null) return;
  entry.list = list;
  old.list = null;
  if (list.entry === old) list.entry = entry;
  else list.exits = list.exits.map((exit) => (exit === old ? entry : exit));
}

function replacedReport(old: OrderEntry, order: BookOrder): BookReport {
  const leaves = order.quantity - order.filled;
  return plainReport('replaced', old.order.orderId, leaves, 'requested', order.orderId);
}
