import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema/database';

export interface PruneLimits {
  /** Rows of quotes and trades kept per symbol. */
  readonly marketDataRows: number;
  /** One-minute bars kept per symbol. */
  readonly barRows: number;
  /** Rows removed at most by one call, of each kind. */
  readonly pruneRows: number;
}

/**
 * Removes the oldest market data of each symbol beyond what is kept. Safe to run from several
 * processes: each row goes once.
 *
 * @returns How many rows the fuller of the two kinds lost; less than `pruneRows` when all is done.
 */
export async function pruneMarketData(
  db: Kysely<Database>,
  { marketDataRows, barRows, pruneRows }: PruneLimits,
): Promise<number> {
  // Numbers have no gaps, so the oldest that is kept is known without counting.
  const shown = await sql`
    delete from market_data m using (
      select d.symbol, d.sequence from feed_cursors c
      cross join lateral (
        select symbol, sequence from market_data
        where symbol = c.symbol and sequence <= c.data_sequence - ${marketDataRows}::bigint
        order by sequence limit ${pruneRows}
      ) as d
      limit ${pruneRows}
    ) as old
    where m.symbol = old.symbol and m.sequence = old.sequence`.execute(db);
  const bars = await sql`
    delete from bars b using (
      select d.symbol, d.start from feed_cursors c
      cross join lateral (
        select start from bars where symbol = c.symbol
        order by start desc offset ${barRows} limit 1
      ) as newest
      cross join lateral (
        select symbol, start from bars
        where symbol = c.symbol and start <= newest.start order by start limit ${pruneRows}
      ) as d
      limit ${pruneRows}
    ) as old
    where b.symbol = old.symbol and b.start = old.start`.execute(db);
  return Number(
    [shown, bars]
      .map(({ numAffectedRows = 0n }) => numAffectedRows)
      .reduce((most, rows) => (rows > most ? rows : most)),
  );
}
