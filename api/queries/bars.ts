import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../schema/database';

/** What one bar covers. Days, weeks and months are those of the symbol's calendar. */
export interface BarWidth {
  readonly unit: 'minute' | 'day' | 'week' | 'month';
  /** 1 for days and weeks; a divisor of 12 for months. */
  readonly count: number;
}

export const MINUTE: BarWidth = { unit: 'minute', count: 1 };
export const DAY: BarWidth = { unit: 'day', count: 1 };

export const TIMEFRAMES = {
  '1Min': MINUTE,
  '5Min': { unit: 'minute', count: 5 },
  '15Min': { unit: 'minute', count: 15 },
  '1Hour': { unit: 'minute', count: 60 },
  '1Day': DAY,
} as const satisfies Record<string, BarWidth>;
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
  readonly width: BarWidth;
  /** RFC 3339, inclusive: of minutes for the minutes that bars cover, else for their beginning. */
  readonly start?: string | undefined;
  /** The beginning of a bar, instead of a start: only later bars are wanted. */
  readonly behind?: string | undefined;
  /** RFC 3339: what a bar covers is cut there; with `endsInclusive` bars begin there at latest. */
  readonly end?: string | undefined;
  readonly endsInclusive?: boolean;
  readonly limit: number;
  readonly direction: 'asc' | 'desc';
}

/**
 * Bars by time, folded from the one-minute bars that are stored: minutes and hours by the clock of
 * UTC, days and longer by that of the exchange whose hours the symbol keeps, or UTC without any.
 * Weeks begin on Mondays; an interval without a trade has no bar.
 */
export async function findBars(db: Kysely<Database>, filter: BarFilter): Promise<BarRow[]> {
  const bucket = bucketOf(filter, sql`start`);
  const order = sql.raw(filter.direction);
  // So many minutes hold that many bars, however many are stored.
  const most = Math.min(filter.limit * mostMinutes(filter.width), Number.MAX_SAFE_INTEGER);
  const { rows } = await sql<BarRow>`
    select to_char(bucket at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as start,
      (array_agg(open order by start))[1] as open, max(high) as high, min(low) as low,
      (array_agg(close order by start desc))[1] as close, sum(volume) as volume,
      sum(trade_count) as trade_count,
      coalesce(round(sum(notional) / nullif(sum(volume), 0), 6),
        (array_agg(close order by start desc))[1]) as average
    from (
      select *, ${bucket} as bucket from bars
      where symbol = ${filter.symbol} ${lowerBound(filter)} ${upperBound(filter)}
      order by start ${order} limit ${most}
    ) as minutes
    group by bucket order by bucket ${order} limit ${filter.limit}`.execute(db);
  return rows;
}

const MINUTES = { minute: 1, day: 1_440, week: 10_080, month: 44_640 } as const;

const mostMinutes = ({ unit, count }: BarWidth): number => MINUTES[unit] * count;

/** Whose midnight begins a day. */
const zoneOf = ({ symbol }: Pick<BarFilter, 'symbol'>) =>
  sql`(select case calendar when 'nyse' then 'America/New_York' else 'UTC' end
    from assets where symbol = ${symbol})`;

/** The beginning of the bar that a moment belongs to. */
function bucketOf(filter: BarFilter, at: RawBuilder<unknown>): RawBuilder<unknown> {
  const { unit, count } = filter.width;
  if (unit === 'minute') {
    const width = sql`make_interval(mins => ${count})`;
    return sql`date_bin(${width}, ${at}, timestamptz '2000-01-03 00:00:00Z')`;
  }
  const zone = zoneOf(filter);
  if (unit !== 'month') return sql`date_trunc(${sql.lit(unit)}, ${at}, ${zone})`;
  const months = sql`(extract(month from ${at} at time zone ${zone})::integer - 1)
    / ${sql.lit(count)} * ${sql.lit(count)}`;
  return sql`(date_trunc('year', ${at} at time zone ${zone})
    + make_interval(months => ${months})) at time zone ${zone}`;
}

function lowerBound(filter: BarFilter): RawBuilder<unknown> {
  const { start, behind, width } = filter;
  if (behind !== undefined) return sql`and start >= ${endOf(filter, behind)}`;
  if (start === undefined) return sql``;
  const from = sql`${start}::timestamptz`;
  if (width.unit === 'minute') return sql`and start >= ${bucketOf(filter, from)}`;
  return sql`and start >= ${from} and ${bucketOf(filter, sql`start`)} >= ${from}`;
}

function upperBound(filter: BarFilter): RawBuilder<unknown> {
  const { end, endsInclusive = false, width } = filter;
  if (end === undefined) return sql``;
  const until = sql`${end}::timestamptz`;
  if (!endsInclusive) return sql`and start < ${until}`;
  if (width.unit === 'minute') return sql`and start <= ${until}`;
  // The second half says the same to the index, a little later.
  const latest = sql`${until} + make_interval(mins => ${mostMinutes(width) + 120})`;
  return sql`and ${bucketOf(filter, sql`start`)} <= ${until} and start < ${latest}`;
}

/** Where the next bar begins; a day of changing clocks is not 24 hours long. */
function endOf(filter: BarFilter, begin: string): RawBuilder<unknown> {
  const { unit, count } = filter.width;
  const zone = unit === 'minute' ? sql`'UTC'` : zoneOf(filter);
  const step = sql.lit(`${count} ${unit}`);
  return sql`((${begin}::timestamptz at time zone ${zone}) + ${step}::interval)
    at time zone ${zone}`;
}

/** When the market's clock began its present day; `undefined` before the first tick. */
export async function findMarketDay(
  db: Kysely<Database>,
  symbol: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ day: string | null }>`
    select to_char(date_trunc('day', market_at, ${zoneOf({ symbol })}) at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS"Z"') as day
    from feed_cursors where symbol = ${symbol}`.execute(db);
  return rows[0]?.day ?? undefined;
}
