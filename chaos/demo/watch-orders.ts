import { type Kysely, sql } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../schema/database';

export type StatusCounts = Readonly<Record<string, number>>;

const EVERY_MS = 250;
/** Unchanged, it is said again this often: a reader shall see that it waits. */
const REPEAT_MS = 2_000;

/** Says how the orders stand whenever that changes, until all are closed or time is over. */
export async function watchOrders(
  db: Kysely<Database>,
  ids: readonly string[],
  timeoutMs: number,
  say: (text: string) => void,
): Promise<StatusCounts> {
  const startedAt = performance.now();
  let said = '';
  let saidAt = 0;
  let counts: StatusCounts = {};
  while (performance.now() - startedAt < timeoutMs) {
    counts = await countStatuses(db, ids).catch(() => ({ unknown: ids.length }));
    const text = describeStatuses(counts);
    if (text !== said || performance.now() - saidAt > REPEAT_MS) {
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(5);
      say(`${seconds} s  ${text}`);
      said = text;
      saidAt = performance.now();
    }
    if ((counts['filled'] ?? 0) === ids.length) return counts;
    await delay(EVERY_MS);
  }
  return counts;
}

/** Orders by status; one whose report nobody booked yet counts as `waiting`. */
export async function countStatuses(
  db: Kysely<Database>,
  ids: readonly string[],
): Promise<StatusCounts> {
  const { rows } = await sql<{ status: string; count: number }>`
    select case when exists (select from execution_reports reports
        where reports.order_id = orders.order_id and settled_at is null)
      then 'traded, waiting to be booked' else status end as status, count(*)::integer as count
    from orders where order_id = any(${ids}::uuid[]) group by 1 order by 1`.execute(db);
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}

export const describeStatuses = (counts: StatusCounts): string =>
  Object.entries(counts)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');
