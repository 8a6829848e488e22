/** What the orders of a list owe each other, said without the book and without settlement. */
import { isClosed } from '../../domain/order/order';
import { leavesOf, type OrderState } from '../../domain/order/state';
import type { Customer } from './miniature';

/** What does not hold of a customer's lists; the empty list is what is wanted. */
export function findListDeviations({ state, unsettled }: Customer): unknown[] {
  const lists = new Map<string, OrderState[]>();
  for (const order of state.orders.values()) {
    if (order.listRole === null) continue;
    const rows = lists.get(order.rootId);
    if (rows === undefined) lists.set(order.rootId, [order]);
    else rows.push(order);
  }
  // What one exit executes the other loses by a report of its own.
  const waits = new Set(unsettled.map(({ orderId }) => state.orders.get(orderId)?.rootId));
  return [...lists].flatMap(([rootId, rows]) => deviationsOf(rootId, rows, waits.has(rootId)));
}

function deviationsOf(rootId: string, rows: readonly OrderState[], waits: boolean): unknown[] {
  const seated = rows.filter((row) => row.replaces === null || isTaken(row, rows));
  const entries = seated.filter(({ listRole }) => listRole === 'entry');
  const exits = seated.filter(({ listRole }) => listRole !== 'entry');
  const entryOpen = entries.some(({ status }) => !isClosed(status));
  const left = executedBy(entries) - executedBy(exits);
  const found: unknown[] = [];
  const expectThat = (so: boolean, what: string): void => {
    if (!so) found.push(`${rootId}: ${what}`);
  };
  expectThat(left >= 0n, 'its exits executed more than its entry');
  if (waits) return found;
  const ended = exits.some(({ status }) => isClosed(status) && status !== 'replaced');
  expectThat(!entryOpen || executedBy(exits) === 0n, 'an exit did not wait for its entry');
  for (const exit of exits.filter(({ status }) => !isClosed(status))) {
    expectThat(entryOpen || leavesOf(exit) <= left, `${exit.orderId} could close too much`);
    expectThat(entryOpen || exit.status !== 'held', `${exit.orderId} waits for nothing`);
    expectThat(!ended, `${exit.orderId} outlived its list`);
  }
  return found;
}

/** A replacement that the book took has the place of its order. */
const isTaken = ({ orderId, replaces }: OrderState, rows: readonly OrderState[]): boolean =>
  rows.some((row) => row.orderId === replaces && row.replacedBy === orderId);

const executedBy = (rows: readonly OrderState[]): bigint =>
  rows.reduce((sum, row) => sum + row.filledQuantity - row.inheritedQuantity, 0n);
