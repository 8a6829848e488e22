import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema/database';

/** Open orders of the bench's own accounts. */
export async function countOpenOrders(
  db: Kysely<Database>,
  accounts: readonly { readonly accountId: string }[],
): Promise<number> {
  const row = await db
    .selectFrom('orders')
    .select((orders) => orders.fn.countAll<string>().as('count'))
    .where(
      'account_id',
      'in',
      accounts.map((account) => account.accountId),
    )
    .where('status', 'in', [
      'new',
      'accepted',
      'held',
      'partially_filled',
      'pending_cancel',
      'pending_replace',
    ])
    .executeTakeFirstOrThrow();
  return Number(row.count);
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

/** Transactions Postgres has committed in our database, reads included. */
export async function readCommits(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ commits: string }>`
    select xact_commit as commits from pg_stat_database where datname = current_database()`.execute(
    db,
  );
  return Number(rows[0]?.commits);
}
