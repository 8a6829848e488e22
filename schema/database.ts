/**
 * The tables as Kysely types; a test compares them with the real catalogue. `numeric` and `bigint`
 * arrive as text, which is what exact arithmetic wants. Units stand beside each column.
 */
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type {
  ListRole,
  OrderClass,
  OrderStatus,
  OrderType,
  PositionIntent,
  Side,
  TimeInForce,
} from '../domain/order/order';
import type {
  ReportKind,
  ReportReason,
  RestingState,
  SelfTradePrevention,
} from '../domain/book/types';

/** Exact decimal text, as Postgres prints `numeric`. */
type Numeric = ColumnType<string, string, string>;
type NullableNumeric = ColumnType<string | null, string | null | undefined, string | null>;
type GeneratedNumeric = ColumnType<string, string | undefined, string>;
/** `bigint` columns: text out, number or text in. */
type BigInteger = ColumnType<string, string | number, string | number>;
type GeneratedBigInteger = ColumnType<string, string | number | undefined, string | number>;
type NullableBigInteger = ColumnType<
  string | null,
  string | number | null | undefined,
  string | number | null
>;
type Timestamp = ColumnType<Date, Date | string, Date | string>;
type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;
type NullableTimestamp = ColumnType<
  Date | null,
  Date | string | null | undefined,
  Date | string | null
>;

export type TradingState = 'ACTIVE' | 'REDUCING' | 'HALTED';

export interface AccountsTable {
  account_id: string;
  /** Counts resets; everything an account did belongs to the epoch it did it in. */
  epoch: Generated<number>;
  name: string;
  currency: Generated<string>;
  trading_state: Generated<TradingState>;
  blocked: Generated<boolean>;
  resetting: Generated<boolean>;
  multiplier: Generated<number>;
  shorting_enabled: Generated<boolean>;
  /** How far below zero cash may go (USD); 0 for cash accounts. */
  credit_limit: GeneratedNumeric;
  /** The margin call it is under: it only reduces until that is over. */
  margin_call_id: ColumnType<string | null, string | null | undefined, string | null>;
  /** The last number given to an event of this account; without gaps. */
  event_sequence: GeneratedBigInteger;
  created_at: GeneratedTimestamp;
}

export type ApiScope = 'trade' | 'read' | 'admin';

export interface ApiKeysTable {
  key_id: string;
  account_id: string;
  /** SHA-256 of the secret, hex; the secret itself has 256 bits or more. */
  secret_hash: string;
  scopes: ApiScope[];
  created_at: GeneratedTimestamp;
  revoked_at: NullableTimestamp;
}

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
  source: JSONColumnType<PriceSource>;
  /** A larger move than this (millionths) within the window halts it; all three or none. */
  breaker_move_ppm: ColumnType<number | null, number | null | undefined, number | null>;
  breaker_window_ms: ColumnType<number | null, number | null | undefined, number | null>;
  breaker_halt_ms: ColumnType<number | null, number | null | undefined, number | null>;
}

/** One row per account that differs, and one with `account_id` null for everybody else. */
export interface RiskLimitsTable {
  account_id: string | null;
  /** Shares. */
  max_order_quantity: NullableNumeric;
  /** USD. */
  max_notional: NullableNumeric;
  price_collar_ppm: number | null;
  /** Shares, either side. */
  max_position: NullableNumeric;
  max_open_orders: number | null;
  /** USD. */
  daily_loss_limit: NullableNumeric;
  /** So many equal orders within the window are taken, the next one is suspected. */
  duplicate_orders: ColumnType<number | null, number | null | undefined, number | null>;
  duplicate_window_ms: ColumnType<number | null, number | null | undefined, number | null>;
  /** On the row for everybody: the venue's own switch. */
  trading_state: Generated<TradingState>;
}

export interface OrdersTable {
  order_id: string;
  account_id: string;
  epoch: number;
  client_order_id: string;
  fingerprint: string;
  request_id: string;
  root_id: string;
  workflow_id: string;
  symbol: string;
  side: Side;
  type: OrderType;
  time_in_force: TimeInForce;
  order_class: Generated<OrderClass>;
  /** Null unless the order belongs to an order list, whose members share `root_id`. */
  list_role: ListRole | null;
  /** Shares, executed and inherited part included (FIX OrderQty). */
  quantity: Numeric;
  /** USD asked for; `quantity` was worked out from it at acceptance. */
  notional: NullableNumeric;
  limit_price: NullableNumeric;
  stop_price: NullableNumeric;
  trail_price: NullableNumeric;
  /** In per cent. */
  trail_percent: NullableNumeric;
  /** The book never trades beyond it; what the hold is computed from. */
  protection_price: NullableNumeric;
  /** What one share of a short sale is held at. */
  short_price: NullableNumeric;
  /** As its owner said; kept for readers. */
  position_intent: PositionIntent | null;
  self_trade_prevention: Generated<SelfTradePrevention>;
  post_only: Generated<boolean>;
  extended_hours: Generated<boolean>;
  status: OrderStatus;
  /** Shares, inherited part included (FIX CumQty). */
  filled_quantity: GeneratedNumeric;
  /** Exact sum of price x quantity over fills, inherited part included; USD with 13 decimals. */
  filled_notional: GeneratedNumeric;
  replaces: string | null;
  replaced_by: string | null;
  inherited_quantity: GeneratedNumeric;
  inherited_notional: GeneratedNumeric;
  reject_reason: string | null;
  reject_source: 'risk' | 'market' | null;
  /** Why it was canceled or expired. */
  close_reason: ReportReason | null;
  accepted_at: GeneratedTimestamp;
  /** The feed's clock when the order was accepted. */
  market_accepted_at: NullableTimestamp;
  updated_at: GeneratedTimestamp;
  closed_at: NullableTimestamp;
}

export interface HoldsTable {
  root_id: string;
  account_id: string;
  epoch: number;
  /** `USD`, or the symbol when shares are held. */
  unit: string;
  remaining: Numeric;
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

export interface FillsTable {
  report_id: string;
  /** Order of settlement: cost basis is recomputed in it. */
  settlement_sequence: GeneratedBigInteger;
  order_id: string;
  account_id: string;
  epoch: number;
  symbol: string;
  side: Side;
  quantity: Numeric;
  price: Numeric;
  amount: Numeric;
  fee: Numeric;
  liquidity: 'maker' | 'taker';
  /** Signed position after this fill. */
  position_quantity: Numeric;
  market_at: Timestamp;
  filled_at: GeneratedTimestamp;
}

/** Balances of user accounts; house accounts are sums of their entries. */
export interface LedgerBalancesTable {
  account: string;
  unit: string;
  balance: GeneratedNumeric;
  /** The balance may not go below it; null: no floor (a short position). */
  floor: ColumnType<string | null, string | null | undefined, string | null>;
}

export interface JournalsTable {
  /** The idempotency key of what happened. */
  journal_id: string;
  kind: string;
  order_id: string | null;
  created_at: GeneratedTimestamp;
}

export interface LedgerEntriesTable {
  journal_id: string;
  line: number;
  account: string;
  unit: string;
  amount: Numeric;
  /** Null on house accounts. */
  balance_after: NullableNumeric;
}

export interface PositionsTable {
  account_id: string;
  epoch: number;
  symbol: string;
  /** Signed. */
  quantity: GeneratedNumeric;
  /** Signed like the quantity, 12 decimals. */
  cost: GeneratedNumeric;
  realized_pnl: GeneratedNumeric;
  updated_at: GeneratedTimestamp;
}

export interface OrderStatusEdgesTable {
  from_status: string;
  event: string;
  to_status: string;
}

export interface OrderTransitionsTable {
  transition_id: GeneratedBigInteger;
  order_id: string;
  /** `none` for the first. */
  from_status: string;
  event: string;
  to_status: string;
  report_id: string | null;
  at: GeneratedTimestamp;
}

/** Outbox and event log in one. */
export interface EventsTable {
  account_id: string;
  sequence: BigInteger;
  event_id: Generated<string>;
  type: string;
  order_id: string | null;
  data: JSONColumnType<Record<string, unknown>>;
  created_at: GeneratedTimestamp;
  published_at: NullableTimestamp;
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

/** What an account was worth when its day began (UTC). */
export interface AccountDaysTable {
  account_id: string;
  epoch: number;
  /** Midnight UTC. */
  began_at: Timestamp;
  equity: Numeric;
}

/** An account whose equity fell below its maintenance requirement, until it is covered again. */
export interface MarginCallsTable {
  call_id: string;
  account_id: string;
  epoch: number;
  /** As they stood when it was opened (USD). */
  equity: Numeric;
  requirement: Numeric;
  opened_at: GeneratedTimestamp;
  closed_at: NullableTimestamp;
}

/** What an account's owner chose; no row: the defaults. */
export interface AccountConfigurationsTable {
  account_id: string;
  suspend_trade: Generated<boolean>;
  no_shorting: Generated<boolean>;
  fractional_trading: Generated<boolean>;
  max_margin_multiplier: Generated<number>;
  dtbp_check: Generated<'both' | 'entry' | 'exit'>;
  pdt_check: Generated<'both' | 'entry' | 'exit'>;
  trade_confirm_email: Generated<'all' | 'none'>;
  ptp_no_exception_entry: Generated<boolean>;
  disable_overnight_trading: Generated<boolean>;
  max_options_trading_level: Generated<number>;
  updated_at: GeneratedTimestamp;
}

export interface WatchlistsTable {
  watchlist_id: string;
  account_id: string;
  name: string;
  /** In the order in which they were put there, each once. */
  symbols: string[];
  created_at: GeneratedTimestamp;
  updated_at: GeneratedTimestamp;
}

/** What an account was worth; it stood there until the next point. */
export interface EquityPointsTable {
  account_id: string;
  epoch: number;
  at: Timestamp;
  /** USD. */
  equity: Numeric;
}

export interface AccountResetsTable {
  account_id: string;
  /** The one that the reset ended. */
  epoch: number;
  request_key: string;
  /** What the next epoch opens with (USD). */
  cash: Numeric;
  requested_at: GeneratedTimestamp;
  completed_at: NullableTimestamp;
}

export interface Database {
  account_days: AccountDaysTable;
  margin_calls: MarginCallsTable;
  accounts: AccountsTable;
  account_configurations: AccountConfigurationsTable;
  account_resets: AccountResetsTable;
  equity_points: EquityPointsTable;
  watchlists: WatchlistsTable;
  api_keys: ApiKeysTable;
  assets: AssetsTable;
  risk_limits: RiskLimitsTable;
  orders: OrdersTable;
  holds: HoldsTable;
  market_commands: MarketCommandsTable;
  feed_cursors: FeedCursorsTable;
  resting_orders: RestingOrdersTable;
  execution_reports: ExecutionReportsTable;
  fills: FillsTable;
  ledger_balances: LedgerBalancesTable;
  journals: JournalsTable;
  ledger_entries: LedgerEntriesTable;
  positions: PositionsTable;
  order_status_edges: OrderStatusEdgesTable;
  order_transitions: OrderTransitionsTable;
  events: EventsTable;
  bars: BarsTable;
  market_data: MarketDataTable;
}
