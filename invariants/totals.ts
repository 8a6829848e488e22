import { type Kysely, sql } from 'kysely';
import { parseCash, parseQuantity } from '../domain/decimal';
import type { Database } from '../schema/database';

/** Sums by unit (`USD` or a symbol), in the unit's smallest step: 1e-4 USD, 1e-9 shares. */
export type Totals = ReadonlyMap<string, bigint>;

/**
 * What everybody has together: the balances of users as they stand and what the house's lines add
 * up to, in one statement and so in one snapshot. Moves when money comes from outside (`deposits`)
 * and at no other time, whatever is being traded, killed or repeated meanwhile.
 */
export async function bankTotal(db: Kysely<Database>): Promise<Totals> {
  const { rows } = await sql<{ unit: string; total: string }>`
    select unit, sum(amount) as total from (
      select unit, balance as amount from ledger_balances
      union all
      select unit, amount from ledger_entries
      where account not like 'user:%' and account <> 'deposits'
    ) as money group by unit order by unit`.execute(db);
  return new Map(rows.map(({ unit, total }) => [unit, parseUnits(total, unit)]));
}

/** By how much the ledger is out of balance, over all units; 0 in a healthy one. */
export async function ledgerImbalance(db: Kysely<Database>): Promise<bigint> {
  const { rows } = await sql<{ unit: string; total: string }>`
    select unit, sum(amount) as total from ledger_entries group by unit`.execute(db);
  return rows.reduce((sum, { unit, total }) => {
    const units = parseUnits(total, unit);
    return sum + (units < 0n ? -units : units);
  }, 0n);
}

function parseUnits(text: string, unit: string): bigint {
  return unit === 'USD' ? parseCash(text) : parseQuantity(text);
}
