import { type Kysely, sql } from 'kysely';

/** What the account pages of `/v2` keep: configurations, watchlists, equity over time, resets. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table assets add column exchange text not null default ''`.execute(db);
  await sql`create table account_configurations (
    account_id uuid not null,
    suspend_trade boolean not null default false,
    no_shorting boolean not null default false,
    fractional_trading boolean not null default true,
    max_margin_multiplier integer not null default 4,
    dtbp_check text not null default 'entry',
    pdt_check text not null default 'entry',
    trade_confirm_email text not null default 'all',
    ptp_no_exception_entry boolean not null default false,
    disable_overnight_trading boolean not null default false,
    max_options_trading_level integer not null default 0,
    updated_at timestamptz not null default now(),
    constraint account_configurations_pkey primary key (account_id),
    constraint account_configurations_account_id_fkey
      foreign key (account_id) references accounts (account_id),
    constraint account_configurations_multiplier_check check (max_margin_multiplier in (1, 2, 4)),
    constraint account_configurations_checks_check
      check (dtbp_check in ('both', 'entry', 'exit') and pdt_check in ('both', 'entry', 'exit')),
    constraint account_configurations_email_check check (trade_confirm_email in ('all', 'none')),
    constraint account_configurations_options_check
      check (max_options_trading_level between 0 and 3)
  )`.execute(db);
  await sql`create table watchlists (
    watchlist_id uuid not null,
    account_id uuid not null,
    name text not null,
    symbols text[] not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint watchlists_pkey primary key (watchlist_id),
    constraint watchlists_account_id_name_key unique (account_id, name),
    constraint watchlists_account_id_fkey foreign key (account_id) references accounts (account_id),
    constraint watchlists_name_check check (length(name) between 1 and 64)
  )`.execute(db);
  // A point is written when the equity changed; between two points it stood still.
  await sql`create table equity_points (
    account_id uuid not null,
    epoch integer not null,
    at timestamptz not null,
    equity numeric(28,4) not null,
    constraint equity_points_pkey primary key (account_id, epoch, at),
    constraint equity_points_account_id_fkey
      foreign key (account_id) references accounts (account_id)
  )`.execute(db);
  await sql`create table account_resets (
    account_id uuid not null,
    epoch integer not null,
    request_key text not null,
    cash numeric(28,4) not null,
    requested_at timestamptz not null default now(),
    completed_at timestamptz,
    constraint account_resets_pkey primary key (account_id, epoch),
    constraint account_resets_request_key_key unique (account_id, request_key),
    constraint account_resets_account_id_fkey
      foreign key (account_id) references accounts (account_id),
    constraint account_resets_cash_check check (cash > 0)
  )`.execute(db);
  await sql`create index account_resets_open_idx on account_resets (requested_at)
    where completed_at is null`.execute(db);
}
