import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { timestampText } from './timestamp-text';

export type AccountRow = Awaited<ReturnType<typeof listAccounts>>[number];

function selectAccounts(db: Kysely<Database>) {
  return db
    .selectFrom('accounts as a')
    .leftJoin('account_configurations as c', 'c.account_id', 'a.account_id')
    .select([
      'a.account_id',
      'a.epoch',
      'a.name',
      'a.currency',
      'a.trading_state',
      'a.blocked',
      'a.resetting',
      sql<number>`least(a.multiplier, coalesce(c.max_margin_multiplier, 4))`.as('multiplier'),
      sql<boolean>`a.shorting_enabled and not coalesce(c.no_shorting, false)`.as(
        'shorting_enabled',
      ),
      sql<boolean>`coalesce(c.suspend_trade, false)`.as('suspended'),
      lastEquity.as('last_equity'),
      sql<string>`to_char(${dayStart} - interval '1 day', 'YYYY-MM-DD')`.as('balance_asof'),
      sql<string>`case when a.multiplier > 1 then a.credit_limit else 0 end`.as('credit_limit'),
      'a.event_sequence',
      timestampText('a.created_at').as('created_at'),
      balanceOf('available').as('cash_available'),
      balanceOf('held').as('cash_held'),
    ]);
}

/** Trading days end at 00:00 UTC; here as UTC without a zone. */
const dayStart = sql`date_trunc('day', now() at time zone 'UTC')`;

/** What the account was worth when its day began; one opened since is worth its opening cash. */
const lastEquity = sql<string>`coalesce(
  (select p.equity from equity_points p where p.account_id = a.account_id and p.epoch = a.epoch
     and p.at <= ${dayStart} at time zone 'UTC' order by p.at desc limit 1),
  (select e.amount from ledger_entries e
     where e.journal_id = 'opening:' || a.account_id || ':' || a.epoch
       and e.account like 'user:%'), 0)`;

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
