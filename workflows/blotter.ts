import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { isClosed, LIST_ROLES, type ListRole } from '../domain/order/order';
import type { OrderProgress, RootProgress } from './contract';

const STATUS = defineSearchAttributeKey('EverfillStatus', 'KEYWORD');

/**
 * Keeps what the Temporal UI shows of an order current: the status it can be filtered by, and a
 * table of the root's rows. An upsert costs an event, so only a change of status makes one; a run
 * starts with `new` given by its client, for free.
 *
 * @param before - What was shown last; `null` at the start of a run.
 */
export function showProgress(progress: RootProgress, before: RootProgress | null): void {
  const shown = before === null ? 'new' : statusOf(before);
  const status = statusOf(progress);
  if (status !== shown) upsertSearchAttributes([{ key: STATUS, value: status }]);
  setCurrentDetails(blotterOf(progress));
}

function statusOf(progress: RootProgress): string {
  return leadingOrder(progress).status;
}

/**
 * The row that tells how the root stands. Of an order list that is the entry, then the exit that
 * is open, at last the one that was filled.
 */
export function leadingOrder({ orders }: RootProgress): OrderProgress {
  const newest = LIST_ROLES.map((role) => newestOf(orders, role));
  const [entry, ...exits] = newest;
  const leading = [
    newestOf(orders, undefined),
    ...newest.filter((order) => order === entry && isOpen(order)),
    exits.find(isOpen),
    exits.find((order) => order?.status === 'filled'),
    ...newest,
  ].find((order) => order !== undefined);
  if (leading === undefined) throw new Error('a root has at least one row');
  return leading;
}

/** The newest row of a place that no replace was refused for. */
function newestOf(
  orders: readonly OrderProgress[],
  role: ListRole | undefined,
): OrderProgress | undefined {
  const own = orders.filter((order) => order.listRole === role);
  return own.findLast((order) => order.status !== 'rejected') ?? own.at(-1);
}

const isOpen = (order: OrderProgress | undefined): boolean =>
  order !== undefined && !isClosed(order.status);

/** A Markdown table, one line per row of the root, oldest first. */
function blotterOf(progress: RootProgress): string {
  const lines = progress.orders.map(
    (order) =>
      `| \`${order.orderId}\`${order.listRole === undefined ? '' : ` ${order.listRole}`} ` +
      `| **${order.status}** ` +
      `| ${order.filledQuantity} of ${order.quantity} | ${order.averageFillPrice ?? '-'} |`,
  );
  return ['| order | status | filled | average price |', '|---|---|---|---|', ...lines].join('\n');
}
