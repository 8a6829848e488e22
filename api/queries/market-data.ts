import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../../schema/database';
import type { DataWindow } from '../market-data/read-pages';

/** An offer; a side that offers nothing is null. */
export interface ShownQuoteRow {
  readonly t: string;
  readonly bid_price: string | null;
  readonly bid_quantity: string | null;
  readonly ask_price: string | null;
  readonly ask_quantity: string | null;
  readonly sequence: string;
}

export interface ShownTradeRow {
  readonly t: string;
  readonly price: string;
  readonly quantity: string;
  readonly sequence: string;
  /** Its place among the trades of one step, from 1. */
  readonly ordinal: string;
  /** The step's own time, as the index has it. */
  readonly at: string;
}

const TEXT = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
const textOf = (instant: RawBuilder<unknown>) =>
  sql`to_char(${instant} at time zone 'UTC', ${TEXT})`;

/** Without a start: the day that the market's clock shows. */
const startOf = (symbol: string, { start }: DataWindow) =>
  start === undefined
    ? sql`(select date_trunc('day', market_at, 'UTC') from feed_cursors where symbol = ${symbol})`
    : sql`${start}::timestamptz`;

/** Quotes in the order of the market's clock. */
export async function findShownQuotes(
  db: Kysely<Database>,
  symbol: string,
  window: DataWindow,
  after: { readonly at: string; readonly sequence: string } | null,
  limit: number,
): Promise<ShownQuoteRow[]> {
  const { order, beyond } = inDirection(window);
  const until = window.end === undefined ? sql`` : sql`and at <= ${window.end}::timestamptz`;
  const behind =
    after === null
      ? sql``
      : sql`and (at, sequence) ${beyond} (${after.at}::timestamptz, ${after.sequence}::bigint)`;
  const { rows } = await sql<ShownQuoteRow>`
    select ${textOf(sql`at`)} as t, bid_price, bid_quantity, ask_price, ask_quantity, sequence
    from market_data
    where symbol = ${symbol} and at >= ${startOf(symbol, window)} ${until} ${behind}
      and (bid_price is not null or ask_price is not null)
    order by at ${order}, sequence ${order} limit ${limit}`.execute(db);
  return rows;
}

/** Trades in the order of the market's clock. */
export async function findShownTrades(
  db: Kysely<Database>,
  symbol: string,
  window: DataWindow,
  after: { readonly at: string; readonly sequence: string; readonly ordinal: string } | null,
  limit: number,
): Promise<ShownTradeRow[]> {
  const { order, beyond } = inDirection(window);
  const { end } = window;
  // A step that ends behind the window may have begun in it.
  const until =
    end === undefined
      ? sql``
      : sql`and m.at <= coalesce((select at from market_data where symbol = ${symbol}
              and at >= ${end}::timestamptz order by at limit 1), 'infinity')
            and t.ms <= extract(epoch from ${end}::timestamptz) * 1000`;
  const behind =
    after === null
      ? sql``
      : sql`and (m.at, m.sequence, t.ordinal) ${beyond}
          (${after.at}::timestamptz, ${after.sequence}::bigint, ${after.ordinal}::bigint)`;
  const start = startOf(symbol, window);
  const { rows } = await sql<ShownTradeRow>`
    select ${textOf(sql`to_timestamp(t.ms / 1000.0)`)} as t, t.price, t.quantity, m.sequence,
      t.ordinal, ${textOf(sql`m.at`)} as at
    from market_data m
    cross join lateral unnest(m.trade_ms, m.trade_prices, m.trade_quantities)
      with ordinality as t(ms, price, quantity, ordinal)
    where m.symbol = ${symbol} and m.at >= ${start}
      and t.ms >= extract(epoch from ${start}) * 1000 ${until} ${behind}
    order by m.at ${order}, m.sequence ${order}, t.ordinal ${order} limit ${limit}`.execute(db);
  return rows;
}

/** The newest trade of each symbol; symbols without one are absent. */
export async function findLatestTrades(
  db: Kysely<Database>,
  symbols: readonly string[],
): Promise<(ShownTradeRow & { readonly symbol: string })[]> {
  const { rows } = await sql<ShownTradeRow & { symbol: string }>`
    select s.symbol, ${textOf(sql`to_timestamp(m.ms / 1000.0)`)} as t, m.price, m.quantity,
      m.sequence, m.ordinal, ${textOf(sql`m.at`)} as at
    from unnest(${symbols}::text[]) as s(symbol)
    cross join lateral (
      select at, sequence, cardinality(trade_ms) as ordinal,
        trade_ms[cardinality(trade_ms)] as ms, trade_prices[cardinality(trade_ms)] as price,
        trade_quantities[cardinality(trade_ms)] as quantity
      from market_data where symbol = s.symbol and cardinality(trade_ms) > 0
      order by sequence desc limit 1
    ) as m
    order by s.symbol`.execute(db);
  return rows;
}

/** What one step showed, for those who follow a market. */
export interface ShownStepRow extends Omit<ShownQuoteRow, 't'> {
  readonly symbol: string;
  /** The market's clock, ms since 1970. */
  readonly at_ms: string;
  readonly halted: boolean;
  readonly trade_ms: readonly string[];
  readonly trade_prices: readonly string[];
  readonly trade_quantities: readonly string[];
}

/** Steps of each symbol behind the one it was seen at, in order; at most `limit` of each. */
export async function findStepsBehind(
  db: Kysely<Database>,
  seen: ReadonlyMap<string, number>,
  limit: number,
): Promise<ShownStepRow[]> {
  const { rows } = await sql<ShownStepRow>`
    select m.*, c.halted
    from unnest(${[...seen.keys()]}::text[], ${[...seen.values()]}::bigint[]) as s(symbol, sequence)
    join feed_cursors c on c.symbol = s.symbol
    cross join lateral (
      select symbol, sequence, (extract(epoch from at) * 1000)::bigint as at_ms, bid_price,
        bid_quantity, ask_price, ask_quantity, trade_ms, trade_prices::text[] as trade_prices,
        trade_quantities::text[] as trade_quantities
      from market_data where symbol = s.symbol and sequence > s.sequence
      order by sequence limit ${limit}
    ) as m
    order by m.symbol, m.sequence`.execute(db);
  return rows;
}

/** Where markets stand. */
export interface MarketPlaceRow {
  readonly symbol: string;
  readonly sequence: string;
  /** ms since 1970; 0 before the first tick. */
  readonly at_ms: string;
  readonly halted: boolean;
}

/** @param symbols - `null`: every market there is. */
export async function findMarketPlaces(
  db: Kysely<Database>,
  symbols: readonly string[] | null,
): Promise<MarketPlaceRow[]> {
  const { rows } = await sql<MarketPlaceRow>`
    select symbol, data_sequence as sequence, halted,
      coalesce((extract(epoch from market_at) * 1000)::bigint, 0) as at_ms
    from feed_cursors where ${symbols}::text[] is null or symbol = any(${symbols}::text[])
    order by symbol`.execute(db);
  return rows;
}

function inDirection({ direction }: DataWindow) {
  return { order: sql.raw(direction), beyond: sql.raw(direction === 'asc' ? '>' : '<') };
}
