import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { timestampText } from './timestamp-text';

export type AccountRow = Awaited<ReturnType<typeof listAccounts>>[number];

function selectAccounts(db: Kysely<Database>) {
  return db
    .selectFrom('accounts as a')
    .select([
      'a.account_id',
      'a.epoch',
      'a.name',
      'a.currency',
      'a.trading_state',
      'a.blocked',
      'a.resetting',
      'a.multiplier',
      'a.shorting_enabled',
      'a.event_sequence',
      timestampText('a.created_at').as('created_at'),
      balanceOf('available').as('cash_available'),
      balanceOf('held').as('cash_held'),
    ]);
}

/** USD text; the names of ledger accounts are those of domain/ledger/accounts.ts. */
const balanceOf = (part: 'available' | 'held') => sql<string>`coalesce((select b.balance
  from ledger_balances b where b.unit = 'USD'
    and b.account = 'user:' || a.account_id || ':' || a.epoch || ':' || ${sql.lit(part)}), 0)`;

export async function findAccount(
  db: Kysely<Database>,
  accountId: string,
): Promise<AccountRow | undefined> {
  return selectAccounts(db).where('a.account_id', '=', accountId).executeTakeFirst();
}

/** Accounts by age, oldest first. */
export async function listAccounts(db: Kysely<Database>, limit: number) {
  return selectAccounts(db).orderBy('a.created_at').orderBy('a.account_id').limit(limit).execute();
}
