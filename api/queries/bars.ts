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
}

export interface BarFilter {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** RFC 3339, inclusive. */
  readonly start?: string | undefined;
  /** RFC 3339, exclusive. */
  readonly end?: string | undefined;
  readonly limit: number;
  readonly direction: 'asc' | 'desc';
}

/**
 * Bars by time, folded from the one-minute bars that are stored: key = floor(start / interval).
 * A range that begins inside an interval shows it from its own beginning; an interval without a
 * trade has no bar.
 */
export async function findBars(db: Kysely<Database>, filter: BarFilter): Promise<BarRow[]> {
  const width = sql`make_interval(mins => ${TIMEFRAMES[filter.timeframe]})`;
  const bin = (at: unknown) => sql`date_bin(${width}, ${at}, timestamptz '2000-01-01 00:00:00Z')`;
  const from =
    filter.start === undefined
      ? sql``
      : sql`and start >= ${bin(sql`${filter.start}::timestamptz`)}`;
  const until = filter.end === undefined ? sql`` : sql`and start < ${filter.end}::timestamptz`;
  const order = sql.raw(filter.direction);
  const { rows } = await sql<BarRow>`
    select to_char(bucket at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as start,
      (array_agg(open order by start))[1] as open, max(high) as high, min(low) as low,
      (array_agg(close order by start desc))[1] as close, sum(volume) as volume
    from (
      select *, ${bin(sql`start`)} as bucket from bars
      where symbol = ${filter.symbol} ${from} ${until}
    ) as minutes
    group by bucket order by bucket ${order} limit ${filter.limit}`.execute(db);
  return rows;
}
