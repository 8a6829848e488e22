import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';

/** Minutes a bar of each time frame covers. */
export const TIMEFRAMES = {
  '1Min': 1,
  '5Min': 5,
  '15Min': 15,
  '1Hour': 60,
  '1Day': 1_440,
} as const;
export type Timeframe = keyof typeof TIMEFRAMES;

export interface BarRow {
  readonly start: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly trade_count: string;
  /** The average price by volume; the close where nothing with a size traded. */
  readonly average: string;
}

export interface BarFilter {
  readonly symbol: string;
  /** What one bar covers. */
  readonly minutes: number;
  /** RFC 3339, inclusive. */
  readonly start?: string | undefined;
  /** RFC 3339, exclusive unless `endsInclusive`. */
  readonly end?: string | undefined;
  readonly endsInclusive?: boolean;
  readonly limit: number;
  readonly direction: 'asc' | 'desc';
}

/**
 * Bars by time, folded from the one-minute bars that are stored: key = floor(start / interval),
 * weeks begin on Mondays. A range that begins inside an interval shows it from its own beginning;
 * an interval without a trade has no bar.
 */
export async function findBars(db: Kysely<Database>, filter: BarFilter): Promise<BarRow[]> {
  const width = sql`make_interval(mins => ${filter.minutes})`;
  const bin = (at: unknown) => sql`date_bin(${width}, ${at}, timestamptz '2000-01-03 00:00:00Z')`;
  const from =
    filter.start === undefined
      ? sql``
      : sql`and start >= ${bin(sql`${filter.start}::timestamptz`)}`;
  const before = sql.raw(filter.endsInclusive === true ? '<=' : '<');
  const until =
    filter.end === undefined ? sql`` : sql`and start ${before} ${filter.end}::timestamptz`;
  const order = sql.raw(filter.direction);
  // So many minutes hold that many bars, however many are stored.
  const most = Math.min(filter.limit * filter.minutes, Number.MAX_SAFE_INTEGER);
  const { rows } = await sql<BarRow>`
    select to_char(bucket at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as start,
      (array_agg(open order by start))[1] as open, max(high) as high, min(low) as low,
      (array_agg(close order by start desc))[1] as close, sum(volume) as volume,
      sum(trade_count) as trade_count,
      coalesce(round(sum(notional) / nullif(sum(volume), 0), 6),
        (array_agg(close order by start desc))[1]) as average
    from (
      select *, ${bin(sql`start`)} as bucket from bars
      where symbol = ${filter.symbol} ${from} ${until}
      order by start ${order} limit ${most}
    ) as minutes
    group by bucket order by bucket ${order} limit ${filter.limit}`.execute(db);
  return rows;
}

/** When the market's clock began its present day; `undefined` before the first tick. */
export async function findMarketDay(
  db: Kysely<Database>,
  symbol: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ day: string | null }>`
    select to_char(date_trunc('day', market_at, 'UTC') at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS"Z"') as day
    from feed_cursors where symbol = ${symbol}`.execute(db);
  return rows[0]?.day ?? undefined;
}
