/**
 * The tables as Kysely types; a test compares them with the real catalogue. `numeric` and `bigint`
 * arrive as text, which is what exact arithmetic wants. Units stand beside each column.
 */
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ReportReason, SelfTradePrevention } from '../domain/book/types';
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
  AccountConfigurationsTable,
  AccountDaysTable,
  AccountResetsTable,
  AccountsTable,
  ApiKeysTable,
  EquityPointsTable,
  MarginCallsTable,
  RiskLimitsTable,
  WatchlistsTable,
} from './account-tables';
import type {
  Numeric,
  NullableNumeric,
  GeneratedNumeric,
  BigInteger,
  GeneratedBigInteger,
  Timestamp,
  GeneratedTimestamp,
  NullableTimestamp,
} from './column-types';
import type {
  AssetsTable,
  BarsTable,
  ExecutionReportsTable,
  FeedCursorsTable,
  MarketCommandsTable,
  MarketDataTable,
  MarketStepsTable,
  PendingCommandsTable,
  RestingOrdersTable,
} from './market-tables';

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
  pending_commands: PendingCommandsTable;
  market_steps: MarketStepsTable;
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
