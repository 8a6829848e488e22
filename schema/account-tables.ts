import type { ColumnType, Generated } from 'kysely';
import type {
  Numeric,
  NullableNumeric,
  GeneratedNumeric,
  GeneratedBigInteger,
  Timestamp,
  GeneratedTimestamp,
  NullableTimestamp,
} from './column-types';

/** Tables of accounts and what belongs to them beside their orders. */

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
  /** How far below zero cash may go (USD) where the multiplier is above 1. */
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

/** One row per account that differs, and one with `account_id` null for everybody else. */
export interface RiskLimitsTable {
  account_id: string | null;
  /** Shares. */
  max_order_quantity: NullableNumeric;
  /** USD. */
  min_notional: NullableNumeric;
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
