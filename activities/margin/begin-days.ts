import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';

/**
 * Notes what each account is worth at the beginning of its day (UTC), for the limit on what it may
 * lose in one. Safe to repeat, and at once from several processes: the first note stays.
 *
 * @param limit - Accounts at most; the rest is for the next call.
 * @returns How many days began.
 */
export async function beginDays(db: Kysely<Database>, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into account_days (account_id, epoch, began_at, equity)
    select a.account_id, a.epoch, date_trunc('day', statement_timestamp(), 'UTC'),
      coalesce((
        select sum(b.balance) from ledger_balances b where b.unit = 'USD' and b.account in (
          'user:' || a.account_id || ':' || a.epoch || ':available',
          'user:' || a.account_id || ':' || a.epoch || ':held')
      ), 0) + coalesce((
        select round(sum(coalesce(p.quantity * c.print, p.cost)), 4)
        from positions p left join feed_cursors c on c.symbol = p.symbol
        where p.account_id = a.account_id and p.epoch = a.epoch
      ), 0)
    from accounts a
    where not exists (
      select from account_days d where d.account_id = a.account_id and d.epoch = a.epoch
        and d.began_at = date_trunc('day', statement_timestamp(), 'UTC'))
    limit ${limit}
    on conflict do nothing`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
