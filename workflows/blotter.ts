import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
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

/** The row that tells how the root stands: the newest that no replace was refused for. */
export function leadingOrder(progress: RootProgress): OrderProgress {
  const { orders } = progress;
  const leading = orders.findLast((order) => order.status !== 'rejected') ?? orders.at(-1);
  if (leading === undefined) throw new Error('a root has at least one row');
  return leading;
}

/** A Markdown table, one line per row of the root, oldest first. */
function blotterOf(progress: RootProgress): string {
  const lines = progress.orders.map(
    (order) =>
      `| \`${order.orderId}\` | **${order.status}** ` +
      `| ${order.filledQuantity} of ${order.quantity} | ${order.averageFillPrice ?? '-'} |`,
  );
  return ['| order | status | filled | average price |', '|---|---|---|---|', ...lines].join('\n');
}
