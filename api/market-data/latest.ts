/** What each symbol showed last; symbols that have shown nothing yet are absent. */
import type { Kysely } from 'kysely';
import { mapBounded } from '../../platform/map-bounded';
import type { Database } from '../../schema/database';
import { type BarWidth, DAY, findBars, MINUTE } from '../queries/bars';
import { findLatestTrades } from '../queries/market-data';
import { findQuotes } from '../queries/quotes';
import {
  type StockBar,
  type StockQuote,
  type StockTrade,
  toStockBar,
  toStockQuote,
  toStockTrade,
} from '../resources/market-data';

export type LatestReader<Item> = (
  db: Kysely<Database>,
  symbols: readonly string[],
) => Promise<Record<string, Item>>;

export const readLatestQuotes: LatestReader<StockQuote> = async (db, symbols) => {
  // An empty list would mean every symbol.
  const rows = symbols.length === 0 ? [] : await findQuotes(db, symbols);
  return Object.fromEntries(
    rows.flatMap(({ symbol, market_at: t, ...row }) =>
      t === null || (row.bid_price === null && row.ask_price === null)
        ? []
        : [[symbol, toStockQuote({ ...row, t })]],
    ),
  );
};

export const readLatestTrades: LatestReader<StockTrade> = async (db, symbols) => {
  const rows = await findLatestTrades(db, symbols);
  return Object.fromEntries(rows.map((row) => [row.symbol, toStockTrade(row)]));
};

/** Queries under way at once for one request. */
const AT_ONCE = 4;

/** The newest bars of each symbol, newest first; symbols without any are absent. */
async function readNewestBars(
  db: Kysely<Database>,
  symbols: readonly string[],
  width: BarWidth,
  limit: number,
): Promise<Map<string, StockBar[]>> {
  const found = await mapBounded(symbols, AT_ONCE, (symbol) =>
    findBars(db, { symbol, width, limit, direction: 'desc' }),
  );
  const bySymbol = new Map<string, StockBar[]>();
  symbols.forEach((symbol, index) => {
    const bars = (found[index] ?? []).map(toStockBar);
    if (bars.length > 0) bySymbol.set(symbol, bars);
  });
  return bySymbol;
}

export const readLatestBars: LatestReader<StockBar> = async (db, symbols) => {
  const newest = await readNewestBars(db, symbols, MINUTE, 1);
  return Object.fromEntries([...newest].flatMap(([symbol, [bar]]) => (bar ? [[symbol, bar]] : [])));
};

/** All of it at once; what a symbol has not shown yet is absent. */
export interface Snapshot {
  readonly latestTrade?: StockTrade;
  readonly latestQuote?: StockQuote;
  readonly minuteBar?: StockBar;
  readonly dailyBar?: StockBar;
  readonly prevDailyBar?: StockBar;
}

export const readSnapshots: LatestReader<Snapshot> = async (db, symbols) => {
  const [trades, quotes, minutes, days] = await Promise.all([
    readLatestTrades(db, symbols),
    readLatestQuotes(db, symbols),
    readLatestBars(db, symbols),
    readNewestBars(db, symbols, DAY, 2),
  ]);
  const snapshots: Record<string, Snapshot> = {};
  for (const symbol of symbols) {
    const [dailyBar, prevDailyBar] = days.get(symbol) ?? [];
    const parts = {
      latestTrade: trades[symbol],
      latestQuote: quotes[symbol],
      minuteBar: minutes[symbol],
      dailyBar,
      prevDailyBar,
    };
    const known = Object.entries(parts).filter(([, part]) => part !== undefined);
    if (known.length > 0) snapshots[symbol] = Object.fromEntries(known);
  }
  return snapshots;
};
