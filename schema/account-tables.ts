import type { Generated } from 'kysely';
import type { Numeric, Timestamp, GeneratedTimestamp, NullableTimestamp } from './columns';

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
