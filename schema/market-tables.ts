import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ReportKind, ReportReason, RestingState } from '../domain/book/types';
import type {
  Numeric,
  NullableNumeric,
  GeneratedNumeric,
  BigInteger,
  GeneratedBigInteger,
  NullableBigInteger,
  Timestamp,
  GeneratedTimestamp,
  NullableTimestamp,
} from './column-types';

/** Tables of symbols: what they are, what their sessions are asked and report, their prices. */

/** Where a symbol's prices come from. */
export type PriceSource =
  | {
      kind: 'simulated';
      seed: number;
      base_price: string;
      /** Standard deviation of one tick, in ten-thousandths of the price. */
      volatility: number;
      tick_ms: number;
    }
  | {
      kind: 'replay';
      /** Absolute path of an OHLCV CSV. */
      file: string;
      bars_per_second: number;
      /** First day to play, YYYY-MM-DD; `null` plays from the first row. */
      from: string | null;
    }
  | {
      kind: 'live';
      /** Quotes that stay away for longer make the prices too old to trade at. */
      stale_after_ms: number;
    };

export interface AssetsTable {
  symbol: string;
  asset_id: string;
  name: string;
  venue: string;
  /** Where the real thing is listed, in Alpaca's words; empty: nowhere we know of. */
  exchange: Generated<string>;
  asset_class: string;
  tradable: Generated<boolean>;
  shortable: Generated<boolean>;
  fractionable: Generated<boolean>;
  /** When it trades: without a break, or as New York. */
  calendar: Generated<'continuous' | 'nyse'>;
  maker_fee_ppm: Generated<number>;
  taker_fee_ppm: Generated<number>;
  /** USD. */
  maker_fee_per_share: GeneratedNumeric;
  taker_fee_per_share: GeneratedNumeric;
  source: JSONColumnType<PriceSource>;
  /** A larger move than this (millionths) within the window halts it; all three or none. */
  breaker_move_ppm: ColumnType<number | null, number | null | undefined, number | null>;
  breaker_window_ms: ColumnType<number | null, number | null | undefined, number | null>;
  breaker_halt_ms: ColumnType<number | null, number | null | undefined, number | null>;
}

export interface MarketCommandsTable {
  command_id: GeneratedBigInteger;
  symbol: string;
  /** Null for commands to the market itself. */
  order_id: string | null;
  kind: string;
  /** Tells two commands of one kind for one order apart. */
  revision: Generated<number>;
  payload: JSONColumnType<Record<string, unknown>, string | undefined>;
  created_at: GeneratedTimestamp;
  /** Given by the session in its match transaction, never before. */
  applied_sequence: NullableBigInteger;
  applied_tick: NullableBigInteger;
}

export interface FeedCursorsTable {
  symbol: string;
  /** Fence: only the session that holds the newest epoch may write. */
  epoch: GeneratedBigInteger;
  /** Last number given to a report. */
  report_sequence: GeneratedBigInteger;
  /** Last number given to an applied command. */
  command_sequence: GeneratedBigInteger;
  tick_index: GeneratedBigInteger;
  /** Last price traded or printed. */
  print: NullableNumeric;
  /** Best offered now, for readers. */
  bid_price: NullableNumeric;
  bid_quantity: NullableNumeric;
  ask_price: NullableNumeric;
  ask_quantity: NullableNumeric;
  /** Everything the next session needs that is not a resting order. */
  state: JSONColumnType<Record<string, unknown>, string | undefined>;
  halted: Generated<boolean>;
  paused: Generated<boolean>;
  /** Between two sessions of its calendar. */
  closed: Generated<boolean>;
  market_at: NullableTimestamp;
  updated_at: GeneratedTimestamp;
  /** Last number given to a row of market data. */
  data_sequence: GeneratedBigInteger;
}

export interface RestingOrdersTable {
  order_id: string;
  symbol: string;
  state: RestingState;
  priority: BigInteger;
  /** The order as the book keeps it. */
  book_order: JSONColumnType<Record<string, unknown>>;
}

export interface ExecutionReportsTable {
  /** `<symbol>-<sequence>`. */
  report_id: string;
  symbol: string;
  sequence: BigInteger;
  /** Joins the two sides of one trade: the report id of the taker's side. */
  trade_id: string | null;
  order_id: string;
  root_id: string;
  account_id: string;
  kind: ReportKind;
  replacement_id: string | null;
  price: NullableNumeric;
  quantity: NullableNumeric;
  /** price x quantity, rounded once, here (USD). */
  amount: NullableNumeric;
  fee: NullableNumeric;
  leaves: Numeric;
  liquidity: 'maker' | 'taker' | null;
  counterparty: 'market_maker' | 'user' | null;
  reason: ReportReason | null;
  tick_index: BigInteger;
  market_at: Timestamp;
  created_at: GeneratedTimestamp;
  settled_at: NullableTimestamp;
}

export interface BarsTable {
  symbol: string;
  /** Start of the minute on the market clock. */
  start: Timestamp;
  open: Numeric;
  high: Numeric;
  low: Numeric;
  close: Numeric;
  volume: Numeric;
  trade_count: GeneratedBigInteger;
  /** Sum of price x quantity of what traded, exact. */
  notional: GeneratedNumeric;
}

/** What one step of a market showed its readers; the oldest rows are removed. */
export interface MarketDataTable {
  symbol: string;
  sequence: BigInteger;
  /** The market's clock after the step. */
  at: Timestamp;
  /** Best offered after the step; null: that side offers nothing. */
  bid_price: NullableNumeric;
  bid_quantity: NullableNumeric;
  ask_price: NullableNumeric;
  ask_quantity: NullableNumeric;
  /**
   * Of each trade its time (ms since 1970), price and quantity, in order; 0: only a price. Read
   * them as `text[]`: the driver makes floats of numeric arrays.
   */
  trade_ms: Generated<string[]>;
  trade_prices: Generated<string[]>;
  trade_quantities: Generated<string[]>;
}
