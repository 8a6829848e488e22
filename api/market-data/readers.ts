/** How each kind of market data is read in pages. */
import { type BarWidth, findBars, findMarketDay } from '../queries/bars';
import { findShownQuotes, findShownTrades } from '../queries/market-data';
import {
  type StockBar,
  type StockQuote,
  type StockTrade,
  toStockBar,
  toStockQuote,
  toStockTrade,
} from '../resources/market-data';
import type { DataReader } from './read-pages';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z$/;
const WHOLE = /^\d{1,15}$/;

export const readQuotes: DataReader<StockQuote> = async (db, symbol, window, after, limit) => {
  const [at, sequence] = after ?? [];
  if (after !== null && !isPosition(after, INSTANT, WHOLE)) return null;
  const place = at === undefined || sequence === undefined ? null : { at, sequence };
  const rows = await findShownQuotes(db, symbol, window, place, limit);
  return rows.map((row) => ({ position: [row.t, row.sequence], item: toStockQuote(row) }));
};

export const readTrades: DataReader<StockTrade> = async (db, symbol, window, after, limit) => {
  const [at, sequence, ordinal] = after ?? [];
  if (after !== null && !isPosition(after, INSTANT, WHOLE, WHOLE)) return null;
  const place =
    at === undefined || sequence === undefined || ordinal === undefined
      ? null
      : { at, sequence, ordinal };
  const rows = await findShownTrades(db, symbol, window, place, limit);
  return rows.map((row) => ({
    position: [row.at, row.sequence, row.ordinal],
    item: toStockTrade(row),
  }));
};

export function barReader(width: BarWidth): DataReader<StockBar> {
  return async (db, symbol, window, after, limit) => {
    const [last] = after ?? [];
    if (after !== null && !isPosition(after, INSTANT)) return null;
    const start = window.start ?? (await findMarketDay(db, symbol));
    const range =
      last === undefined
        ? { start, end: window.end, endsInclusive: true }
        : behind(last, { ...window, start });
    const { direction } = window;
    const rows = await findBars(db, { symbol, width, limit, direction, ...range });
    return rows.map((row) => ({ position: [row.start], item: toStockBar(row) }));
  };
}

/** What is left of a window behind the bar that began at `last`. */
function behind(last: string, { start, end, direction }: Parameters<DataReader<StockBar>>[2]) {
  if (direction === 'desc') return { start, end: last, endsInclusive: false };
  return { behind: last, end, endsInclusive: true };
}

function isPosition(after: readonly string[], ...patterns: RegExp[]): boolean {
  return (
    after.length === patterns.length &&
    patterns.every((pattern, index) => pattern.test(after[index] ?? ''))
  );
}
