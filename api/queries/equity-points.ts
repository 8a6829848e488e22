import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';

export interface EquityPointRow {
  /** Epoch milliseconds. */
  readonly at_ms: number;
  /** USD text. */
  readonly equity: string;
}

/**
 * What an account was worth in its present epoch, earliest first: its opening cash, then each
 * sample. Of the time before `from` only the last point is read.
 *
 * @param from - RFC 3339.
 * @param until - RFC 3339, exclusive.
 */
export async function findEquityPoints(
  db: Kysely<Database>,
  accountId: string,
  from: string,
  until: string,
): Promise<EquityPointRow[]> {
  const { rows } = await sql<EquityPointRow>`
    with own as (
      select account_id, epoch from accounts where account_id = ${accountId}
    ), earlier as (
      select max(p.at) as at from equity_points p join own using (account_id, epoch)
      where p.at <= ${from}::timestamptz
    )
    select floor(extract(epoch from at) * 1000)::float8 as at_ms, equity from (
      select j.created_at as at, e.amount as equity
      from own join journals j on j.journal_id = 'opening:' || own.account_id || ':' || own.epoch
      join ledger_entries e on e.journal_id = j.journal_id and e.account like 'user:%'
      union all
      select p.at, p.equity from equity_points p join own using (account_id, epoch)
      where p.at >= coalesce((select at from earlier), '-infinity')
        and p.at < ${until}::timestamptz
    ) as points order by at`.execute(db);
  return rows;
}
