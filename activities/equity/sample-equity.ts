import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';

/**
 * Writes down what every account is worth now, if that is not what it was at its last point: cash
 * of the ledger, held cash included, and positions at their newest price, at cost before there is
 * one. An account that does not move costs no row.
 *
 * @returns How many points were written.
 */
export async function sampleEquity(db: Kysely<Database>): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into equity_points (account_id, epoch, at, equity)
    select a.account_id, a.epoch, now(), round(cash.amount + held.amount, 4)
    from accounts a
    cross join lateral (
      select coalesce(sum(b.balance), 0) as amount from ledger_balances b
      where b.unit = 'USD' and b.account in (
        'user:' || a.account_id || ':' || a.epoch || ':available',
        'user:' || a.account_id || ':' || a.epoch || ':held')
    ) as cash
    cross join lateral (
      select coalesce(sum(coalesce(p.quantity * c.print, p.cost)), 0) as amount
      from positions p left join feed_cursors c on c.symbol = p.symbol
      where p.account_id = a.account_id and p.epoch = a.epoch and p.quantity <> 0
    ) as held
    where round(cash.amount + held.amount, 4) is distinct from (
      select last.equity from equity_points last
      where last.account_id = a.account_id and last.epoch = a.epoch
      order by last.at desc limit 1)
    on conflict (account_id, epoch, at) do nothing`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/** How long points are kept by the minute, and then by the quarter of an hour. */
const MINUTES_FOR = '8 days';
const QUARTERS_FOR = '40 days';
/** More wait for the next time. */
const POINTS_AT_ONCE = 20_000;

/**
 * Keeps the table bounded: of older points the last of each quarter of an hour stays, of still
 * older ones the last of each day. What an account was worth at the end of either is not changed.
 *
 * @returns How many points were removed.
 */
export async function thinEquityPoints(db: Kysely<Database>): Promise<number> {
  const { numAffectedRows } = await sql`
    with aged as (
      select account_id, epoch, at, row_number() over (
        partition by account_id, epoch, date_bin(
          case when at < now() - ${QUARTERS_FOR}::interval
            then interval '1 day' else interval '15 minutes' end,
          at, timestamptz '2000-01-01 00:00:00Z')
        order by at desc) as place
      from equity_points where at < now() - ${MINUTES_FOR}::interval
    )
    delete from equity_points p using (
      select account_id, epoch, at from aged where place > 1 limit ${POINTS_AT_ONCE}
    ) as extra
    where p.account_id = extra.account_id and p.epoch = extra.epoch and p.at = extra.at`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0n);
}
