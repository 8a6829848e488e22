import { type Kysely, sql } from 'kysely';

/** Exchange sessions, circuit breakers, margin accounts and what their rules look at. Frozen. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...MARKETS, ...LIMITS, ...MARGIN]) await sql.raw(statement).execute(db);
}

const MARKETS = [
  `alter table feed_cursors add column closed boolean not null default false`,
  `alter table execution_reports drop constraint execution_reports_kind_check`,
  `alter table execution_reports add constraint execution_reports_kind_check
    check (kind in ('trade', 'activated', 'triggered', 'canceled', 'expired', 'rejected',
      'replaced', 'cancel_rejected', 'replace_rejected'))`,
  `alter table assets
    add constraint assets_calendar_check check (calendar in ('continuous', 'nyse')),
    add column breaker_move_ppm integer
      constraint assets_breaker_move_ppm_check check (breaker_move_ppm between 1000 and 1000000),
    add column breaker_window_ms integer
      constraint assets_breaker_window_ms_check check (breaker_window_ms between 1000 and 3600000),
    add column breaker_halt_ms integer
      constraint assets_breaker_halt_ms_check check (breaker_halt_ms between 1000 and 86400000),
    add constraint assets_breaker_check
      check (num_nulls(breaker_move_ppm, breaker_window_ms, breaker_halt_ms) in (0, 3))`,
  `alter table market_commands drop constraint market_commands_kind_check`,
  `alter table market_commands add constraint market_commands_kind_check
    check (kind in ('submit', 'cancel', 'replace', 'pause', 'resume', 'set_price', 'set_breaker',
      'halt', 'unhalt'))`,
];

const LIMITS = [
  `alter table risk_limits
    add column duplicate_orders integer
      constraint risk_limits_duplicate_orders_check check (duplicate_orders between 1 and 1000),
    add column duplicate_window_ms integer
      constraint risk_limits_duplicate_window_ms_check
      check (duplicate_window_ms between 1 and 60000),
    add constraint risk_limits_duplicate_check
      check (num_nulls(duplicate_orders, duplicate_window_ms) in (0, 2))`,
];

const MARGIN = [
  `alter table accounts
    add column credit_limit numeric(28, 4) not null default 0
      constraint accounts_credit_limit_check check (credit_limit >= 0),
    add column margin_call_id uuid`,
  `create table account_days (
    account_id uuid not null constraint account_days_account_id_fkey references accounts,
    epoch integer not null,
    began_at timestamptz not null,
    equity numeric(28, 4) not null,
    constraint account_days_pkey primary key (account_id, epoch, began_at)
  )`,
  `create table margin_calls (
    call_id uuid constraint margin_calls_pkey primary key,
    account_id uuid not null constraint margin_calls_account_id_fkey references accounts,
    epoch integer not null,
    equity numeric(28, 4) not null,
    requirement numeric(28, 4) not null,
    opened_at timestamptz not null default now(),
    closed_at timestamptz
  )`,
  `create unique index margin_calls_open_idx on margin_calls (account_id)
    where closed_at is null`,
];
