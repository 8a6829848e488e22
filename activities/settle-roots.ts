import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema/database';
import { findOrdersOfRoots } from './order-rows';
import { toProgress } from './root-progress';
import { settleExecutions, type SettledBatch, type SettleInput } from './settle-executions';

/**
 * `settleExecutions` for those with anything to settle; the others are only read. A settlement
 * books all reports of an account and symbol, so when one price crosses many orders of an account
 * most of their workflows come to find it done: they need no lock and no transaction.
 *
 * A report that is being settled still looks unsettled here, and then waits for the lock; one that
 * was settled before the look is in the rows that are read after it.
 */
export async function settleRoots(
  db: Kysely<Database>,
  inputs: readonly SettleInput[],
): Promise<SettledBatch> {
  const waiting = await findWaiting(db, inputs);
  const open = inputs.filter((input) => waiting.has(keyOf(input)));
  const done = inputs.filter((input) => !waiting.has(keyOf(input)));
  if (done.length === 0) return settleExecutions(db, open);
  const settled = open.length === 0 ? NOTHING : await settleExecutions(db, open);
  const orders = await findOrdersOfRoots(
    db,
    done.map((input) => input.rootId),
  );
  const progress = new Map(
    done.map(({ rootId }) => [
      rootId,
      toProgress(orders.filter((order) => order.rootId === rootId)),
    ]),
  );
  open.forEach(({ rootId }, index) => {
    const own = settled.progress[index];
    if (own !== undefined) progress.set(rootId, own);
  });
  return {
    ...settled,
    progress: inputs.map(({ rootId }) => {
      const own = progress.get(rootId);
      if (own === undefined) throw new Error(`root ${rootId} has no progress`);
      return own;
    }),
  };
}

const NOTHING: SettledBatch = { progress: [], reports: [], settlements: [] };

const keyOf = ({ accountId, symbol }: Pick<SettleInput, 'accountId' | 'symbol'>): string =>
  `${accountId} ${symbol}`;

/** The accounts and symbols with reports that nobody has settled. */
async function findWaiting(
  db: Kysely<Database>,
  inputs: readonly SettleInput[],
): Promise<Set<string>> {
  const { rows } = await sql<{ account_id: string; symbol: string }>`
    select s.account_id, s.symbol
    from unnest(${inputs.map((input) => input.accountId)}::uuid[],
      ${inputs.map((input) => input.symbol)}::text[]) as s(account_id, symbol)
    where exists (
      select from execution_reports e
      where e.account_id = s.account_id and e.symbol = s.symbol and e.settled_at is null)`.execute(
    db,
  );
  return new Set(rows.map((row) => keyOf({ accountId: row.account_id, symbol: row.symbol })));
}
