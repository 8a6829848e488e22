/**
 * Bars, quotes and trades as Alpaca's market data shows them: short names, and JSON numbers where
 * orders carry decimal text. A number made here is for a reader and never comes back in.
 */
import { z } from 'zod';
import type { BarRow } from '../queries/bars';
import type { ShownQuoteRow, ShownTradeRow } from '../queries/market-data';
import { timestampText } from '../schemas/scalars';

const price = z
  .number()
  .min(0)
  .meta({ examples: [412.51] });
/** Whole: clients read it into an integer. */
const size = z
  .int()
  .min(0)
  .meta({ examples: [300] });
/** Alpaca's code for a price that no single exchange made. */
const EXCHANGE = 'E';
const TAPE = 'C';

export const StockBar = z.object({
  t: timestampText,
  o: price,
  h: price,
  l: price,
  c: price,
  v: size,
  /** Prints, those that only moved the price included. */
  n: z.int().min(0),
  /** Average price by volume; the close where nothing with a size traded. */
  vw: price,
});
export type StockBar = z.infer<typeof StockBar>;

export const StockQuote = z.object({
  t: timestampText,
  ax: z.string(),
  /** 0: nothing is offered. */
  ap: price,
  /** Shares. */
  as: size,
  bx: z.string(),
  bp: price,
  bs: size,
  c: z.array(z.string()),
  z: z.string(),
});
export type StockQuote = z.infer<typeof StockQuote>;

export const StockTrade = z.object({
  t: timestampText,
  x: z.string(),
  p: price,
  /** Shares; 0 for a print of the feed that only says a price. */
  s: size,
  c: z.array(z.string()),
  i: z.int().min(1),
  z: z.string(),
});
export type StockTrade = z.infer<typeof StockTrade>;

export function toStockBar(row: BarRow): StockBar {
  return {
    t: row.start,
    o: Number(row.open),
    h: Number(row.high),
    l: Number(row.low),
    c: Number(row.close),
    v: Math.floor(Number(row.volume)),
    n: Number(row.trade_count),
    vw: Number(row.average),
  };
}

export function toStockQuote(row: Omit<ShownQuoteRow, 'sequence'>): StockQuote {
  return {
    t: row.t,
    ax: EXCHANGE,
    ap: Number(row.ask_price ?? 0),
    as: Math.floor(Number(row.ask_quantity ?? 0)),
    bx: EXCHANGE,
    bp: Number(row.bid_price ?? 0),
    bs: Math.floor(Number(row.bid_quantity ?? 0)),
    c: ['R'],
    z: TAPE,
  };
}

export function toStockTrade(row: Omit<ShownTradeRow, 'at'>): StockTrade {
  return {
    t: row.t,
    x: EXCHANGE,
    p: Number(row.price),
    s: wholeShares(Number(row.quantity)),
    c: ['@'],
    i: tradeIdOf(Number(row.sequence), Number(row.ordinal)),
    z: TAPE,
  };
}

/** The tape knows whole shares, and less than one is one; 0 stays a price without a size. */
const wholeShares = (shares: number): number => (shares > 0 ? Math.max(1, Math.floor(shares)) : 0);

/** One step of a market makes fewer trades than this. */
const TRADES_PER_STEP = 100_000;

/** A number per symbol that grows with time. */
function tradeIdOf(sequence: number, ordinal: number): number {
  return sequence * TRADES_PER_STEP + Math.min(ordinal, TRADES_PER_STEP - 1);
}
