import type { Client } from '@temporalio/client';
import { type Kysely, sql } from 'kysely';
import { OPEN_STATUSES } from '../domain/order/order';
import type { Database } from '../schema/database';
import { waitUntil } from './closed-loop';

/** Open orders of the bench's own accounts. */
export async function countOpenOrders(
  db: Kysely<Database>,
  accounts: readonly { readonly accountId: string }[],
): Promise<number> {
  // Open statuses are written out, so that the partial index of open orders answers.
  const open = sql.join(OPEN_STATUSES.map((status) => sql.lit(status)));
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from orders
    where account_id = any(${accounts.map(({ accountId }) => accountId)}::uuid[])
      and status in (${open})`.execute(db);
  return Number(rows[0]?.count);
}

const ORDERS = "WorkflowType IN ('orderWorkflow', 'textbookOrder')";
/** Rows close with the first settlement of their account; their workflows find it done and end. */
const ORDERS_RUNNING = `${ORDERS} AND ExecutionStatus = 'Running'`;
/** Asking costs the server what a message costs. */
const ASK_AGAIN_MS = 100;

/** Waits until no order's workflow runs any more. @throws Error after the deadline. */
export function waitForWorkflows({ workflow }: Client, deadlineMs: number): Promise<void> {
  const areEnded = async () => (await workflow.count(ORDERS_RUNNING)).count === 0;
  return waitUntil('all workflows of orders to end', areEnded, deadlineMs, ASK_AGAIN_MS);
}

/** When the last workflow of an order ended that ended after `sinceMs`; both ms since 1970. */
export async function readEndedAt({ workflow }: Client, sinceMs: number): Promise<number> {
  const query = `${ORDERS} AND CloseTime > '${new Date(sinceMs).toISOString()}'`;
  let last = 0;
  for await (const { closeTime } of workflow.list({ query, pageSize: 1_000 })) {
    last = Math.max(last, closeTime?.getTime() ?? 0);
  }
  return last;
}

/** Publication follows the step that caused an event, a moment later. */
export async function countUnpublishedEvents(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from events where published_at is null`.execute(db);
  return Number(rows[0]?.count);
}

/** How many of these orders have their row. */
export async function countOrders(
  db: Kysely<Database>,
  orderIds: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from orders where order_id = any(${orderIds}::uuid[])`.execute(db);
  return Number(rows[0]?.count);
}

/** Milliseconds from the match step to the settlement, for every fill of these orders. */
export async function readFillLatencies(
  db: Kysely<Database>,
  orderIds: readonly string[],
): Promise<number[]> {
  const { rows } = await sql<{ ms: number }>`
    select extract(epoch from settled_at - created_at)::float8 * 1000 as ms
    from execution_reports where kind = 'trade' and order_id = any(${orderIds}::uuid[])`.execute(
    db,
  );
  return rows.map((row) => row.ms);
}

/** Milliseconds from the acceptance to the settlement, for every fill of these orders. */
export async function readOrderFillLatencies(
  db: Kysely<Database>,
  orderIds: readonly string[],
): Promise<number[]> {
  const { rows } = await sql<{ ms: number }>`
    select extract(epoch from r.settled_at - o.accepted_at)::float8 * 1000 as ms
    from execution_reports r join orders o on o.order_id = r.order_id
    where r.kind = 'trade' and r.order_id = any(${orderIds}::uuid[])`.execute(db);
  return rows.map((row) => row.ms);
}

/** When the last of these orders was accepted, and when the last was closed; ms since 1970. */
export async function readLastOf(
  db: Kysely<Database>,
  orderIds: readonly string[],
): Promise<{ acceptedAt: number; closedAt: number }> {
  const { rows } = await sql<{ acceptedAt: number; closedAt: number | null }>`
    select extract(epoch from max(accepted_at))::float8 * 1000 as "acceptedAt",
      extract(epoch from max(closed_at))::float8 * 1000 as "closedAt"
    from orders where order_id = any(${orderIds}::uuid[])`.execute(db);
  return { acceptedAt: rows[0]?.acceptedAt ?? Number.NaN, closedAt: rows[0]?.closedAt ?? 0 };
}

/** When the first match step that traded one of these orders began, ms since 1970. */
export async function readMatchedAt(
  db: Kysely<Database>,
  orderIds: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select extract(epoch from min(created_at))::float8 * 1000 as ms
    from execution_reports where kind = 'trade' and order_id = any(${orderIds}::uuid[])`.execute(
    db,
  );
  return rows[0]?.ms ?? Number.NaN;
}

/** The price a symbol stands at. */
export async function readPrint(db: Kysely<Database>, symbol: string): Promise<number> {
  const row = await db
    .selectFrom('feed_cursors')
    .select('print')
    .where('symbol', '=', symbol)
    .executeTakeFirst();
  return Number(row?.print ?? Number.NaN);
}
