import { type Kysely, sql } from 'kysely';

/**
 * A migration is frozen, the types move on: nothing is imported from the application, and the
 * constraints that carry the invariants are named here once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...ACCOUNTS, ...ORDERS, ...MARKET, ...LEDGER, ...EVENTS]) {
    await sql.raw(statement).execute(db);
  }
}

const ACCOUNTS = [
  `create table accounts (
    account_id uuid constraint accounts_pkey primary key,
    epoch integer not null default 1,
    name text not null,
    currency text not null default 'USD',
    trading_state text not null default 'ACTIVE'
      constraint accounts_trading_state_check
      check (trading_state in ('ACTIVE', 'REDUCING', 'HALTED')),
    blocked boolean not null default false,
    resetting boolean not null default false,
    multiplier integer not null default 1
      constraint accounts_multiplier_check check (multiplier in (1, 2)),
    shorting_enabled boolean not null default false,
    event_sequence bigint not null default 0,
    created_at timestamptz not null default now()
  ) with (fillfactor = 70)`,
  `create table api_keys (
    key_id text constraint api_keys_pkey primary key,
    account_id uuid not null constraint api_keys_account_id_fkey references accounts,
    secret_hash text not null,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
  )`,
  `create table assets (
    symbol text constraint assets_pkey primary key,
    asset_id uuid not null constraint assets_asset_id_key unique,
    name text not null,
    venue text not null,
    asset_class text not null,
    tradable boolean not null default true,
    shortable boolean not null default false,
    fractionable boolean not null default false,
    calendar text not null default 'continuous',
    maker_fee_ppm integer not null default 0
      constraint assets_maker_fee_ppm_check check (maker_fee_ppm between 0 and 100000),
    taker_fee_ppm integer not null default 0
      constraint assets_taker_fee_ppm_check check (taker_fee_ppm between 0 and 100000),
    source jsonb not null
  )`,
  `create table risk_limits (
    account_id uuid constraint risk_limits_account_id_key unique nulls not distinct
      constraint risk_limits_account_id_fkey references accounts,
    max_order_quantity numeric(28, 9),
    max_notional numeric(28, 4),
    price_collar_ppm integer,
    max_position numeric(28, 9),
    max_open_orders integer,
    daily_loss_limit numeric(28, 4),
    trading_state text not null default 'ACTIVE'
      constraint risk_limits_trading_state_check
      check (trading_state in ('ACTIVE', 'REDUCING', 'HALTED'))
  )`,
];

const OPEN = `('new', 'accepted', 'held', 'partially_filled', 'pending_cancel', 'pending_replace')`;
const CLOSED = `('filled', 'canceled', 'expired', 'rejected', 'replaced')`;

const ORDERS = [
  `create table orders (
    order_id uuid constraint orders_pkey primary key,
    account_id uuid not null constraint orders_account_id_fkey references accounts,
    epoch integer not null,
    client_order_id text not null
      constraint orders_client_order_id_check check (length(client_order_id) between 1 and 128),
    fingerprint text not null,
    request_id text not null,
    root_id uuid not null,
    workflow_id text not null,
    symbol text not null constraint orders_symbol_fkey references assets,
    side text not null constraint orders_side_check check (side in ('buy', 'sell')),
    type text not null constraint orders_type_check
      check (type in ('market', 'limit', 'stop', 'stop_limit', 'trailing_stop')),
    time_in_force text not null constraint orders_time_in_force_check
      check (time_in_force in ('day', 'gtc', 'ioc', 'fok', 'opg', 'cls')),
    order_class text not null default 'simple' constraint orders_order_class_check
      check (order_class in ('simple', 'bracket', 'oco', 'oto')),
    quantity numeric(28, 9) not null constraint orders_quantity_check check (quantity > 0),
    limit_price numeric(20, 4) constraint orders_limit_price_check check (limit_price > 0),
    stop_price numeric(20, 4) constraint orders_stop_price_check check (stop_price > 0),
    protection_price numeric(20, 4),
    short_price numeric(20, 4),
    post_only boolean not null default false,
    extended_hours boolean not null default false,
    status text not null
      constraint orders_status_check check (status in ${OPEN} or status in ${CLOSED}),
    filled_quantity numeric(28, 9) not null default 0,
    filled_notional numeric(40, 13) not null default 0,
    replaces uuid,
    replaced_by uuid,
    inherited_quantity numeric(28, 9) not null default 0,
    inherited_notional numeric(40, 13) not null default 0,
    reject_reason text,
    reject_source text
      constraint orders_reject_source_check check (reject_source in ('risk', 'market')),
    close_reason text,
    accepted_at timestamptz not null default now(),
    market_accepted_at timestamptz,
    updated_at timestamptz not null default now(),
    closed_at timestamptz,
    constraint orders_account_id_epoch_client_order_id_key
      unique (account_id, epoch, client_order_id),
    constraint orders_filled_quantity_check
      check (filled_quantity >= inherited_quantity and filled_quantity <= quantity),
    constraint orders_filled_status_check
      check (status <> 'filled' or filled_quantity = quantity),
    constraint orders_closed_at_check check ((closed_at is not null) = (status in ${CLOSED})),
    constraint orders_reject_reason_check
      check ((reject_reason is not null) = (status = 'rejected'))
  ) with (fillfactor = 70)`,
  `create index orders_account_id_accepted_at_idx
    on orders (account_id, accepted_at desc, order_id)`,
  `create index orders_open_idx on orders (account_id, symbol) where status in ${OPEN}`,
  `create index orders_open_age_idx on orders (accepted_at) where status in ${OPEN}`,
  `create index orders_root_id_idx on orders (root_id)`,
  `create function orders_closed_is_final() returns trigger language plpgsql as $$
   begin
     raise exception 'order % is %, which is final; it cannot become %',
       old.order_id, old.status, new.status using errcode = 'check_violation';
   end $$`,
  `create trigger orders_closed_is_final before update of status on orders for each row
   when (old.status in ${CLOSED} and new.status is distinct from old.status)
   execute function orders_closed_is_final()`,
  `create table order_status_edges (
    from_status text not null,
    event text not null,
    to_status text not null,
    constraint order_status_edges_pkey primary key (from_status, event, to_status)
  )`,
  `create table order_transitions (
    transition_id bigint generated always as identity constraint order_transitions_pkey primary key,
    order_id uuid not null constraint order_transitions_order_id_fkey references orders,
    from_status text not null,
    event text not null,
    to_status text not null,
    report_id text,
    at timestamptz not null default now(),
    constraint order_transitions_edge_fkey foreign key (from_status, event, to_status)
      references order_status_edges
  )`,
  `create index order_transitions_order_id_idx on order_transitions (order_id)`,
  `create table holds (
    root_id uuid constraint holds_pkey primary key,
    account_id uuid not null,
    epoch integer not null,
    unit text not null,
    remaining numeric(28, 9) not null constraint holds_remaining_check check (remaining >= 0)
  ) with (fillfactor = 70)`,
];

const MARKET = [
  `create table market_commands (
    command_id bigint generated always as identity constraint market_commands_pkey primary key,
    symbol text not null constraint market_commands_symbol_fkey references assets,
    order_id uuid,
    kind text not null constraint market_commands_kind_check check (kind in
      ('submit', 'cancel', 'replace', 'pause', 'resume', 'set_price', 'halt', 'unhalt')),
    revision integer not null default 0,
    payload jsonb not null default '{}',
    created_at timestamptz not null default now(),
    applied_sequence bigint,
    applied_tick bigint,
    constraint market_commands_order_id_kind_revision_key unique (order_id, kind, revision),
    constraint market_commands_symbol_applied_sequence_key unique (symbol, applied_sequence)
  ) with (fillfactor = 80)`,
  `create index market_commands_pending_idx on market_commands (symbol, command_id)
    where applied_sequence is null`,
  `create table feed_cursors (
    symbol text constraint feed_cursors_pkey primary key
      constraint feed_cursors_symbol_fkey references assets,
    epoch bigint not null default 0,
    report_sequence bigint not null default 0,
    command_sequence bigint not null default 0,
    tick_index bigint not null default 0,
    print numeric(20, 4),
    bid_price numeric(20, 4),
    bid_quantity numeric(28, 9),
    ask_price numeric(20, 4),
    ask_quantity numeric(28, 9),
    state jsonb not null default '{}',
    halted boolean not null default false,
    paused boolean not null default false,
    market_at timestamptz,
    updated_at timestamptz not null default now()
  ) with (fillfactor = 50)`,
  `create table resting_orders (
    order_id uuid constraint resting_orders_pkey primary key,
    symbol text not null,
    state text not null constraint resting_orders_state_check
      check (state in ('resting', 'untriggered', 'waiting')),
    priority bigint not null,
    book_order jsonb not null
  ) with (fillfactor = 80)`,
  `create index resting_orders_symbol_idx on resting_orders (symbol)`,
  `create table execution_reports (
    report_id text constraint execution_reports_pkey primary key,
    symbol text not null,
    sequence bigint not null,
    trade_id text,
    order_id uuid not null constraint execution_reports_order_id_fkey references orders,
    root_id uuid not null,
    account_id uuid not null,
    kind text not null constraint execution_reports_kind_check check (kind in
      ('trade', 'triggered', 'canceled', 'expired', 'rejected', 'replaced', 'cancel_rejected',
       'replace_rejected')),
    replacement_id uuid,
    price numeric(20, 4),
    quantity numeric(28, 9),
    amount numeric(28, 4),
    fee numeric(28, 4),
    leaves numeric(28, 9) not null,
    liquidity text
      constraint execution_reports_liquidity_check check (liquidity in ('maker', 'taker')),
    counterparty text constraint execution_reports_counterparty_check
      check (counterparty in ('market_maker', 'user')),
    reason text,
    tick_index bigint not null,
    market_at timestamptz not null,
    created_at timestamptz not null default now(),
    settled_at timestamptz,
    constraint execution_reports_symbol_sequence_key unique (symbol, sequence),
    constraint execution_reports_trade_check check ((kind = 'trade') = (
      trade_id is not null and price is not null and quantity is not null and amount is not null
      and fee is not null and liquidity is not null and counterparty is not null))
  ) with (fillfactor = 80)`,
  `create index execution_reports_unsettled_idx on execution_reports (account_id, symbol, sequence)
    where settled_at is null`,
  `create index execution_reports_unsettled_age_idx on execution_reports (created_at)
    where settled_at is null`,
  `create index execution_reports_order_id_idx on execution_reports (order_id)`,
  `create table bars (
    symbol text not null constraint bars_symbol_fkey references assets,
    start timestamptz not null,
    open numeric(20, 4) not null,
    high numeric(20, 4) not null,
    low numeric(20, 4) not null,
    close numeric(20, 4) not null,
    volume numeric(28, 9) not null,
    constraint bars_pkey primary key (symbol, start),
    constraint bars_range_check
      check (low <= open and low <= close and high >= open and high >= close)
  ) with (fillfactor = 50)`,
];

const LEDGER = [
  `create table ledger_balances (
    account text not null,
    unit text not null,
    balance numeric(28, 9) not null default 0,
    floor numeric(28, 9) default 0,
    constraint ledger_balances_pkey primary key (account, unit),
    constraint ledger_balances_floor_check check (floor is null or balance >= floor)
  ) with (fillfactor = 70)`,
  `create table journals (
    journal_id text constraint journals_pkey primary key,
    kind text not null,
    order_id uuid,
    created_at timestamptz not null default now()
  )`,
  `create table ledger_entries (
    journal_id text not null constraint ledger_entries_journal_id_fkey
      references journals deferrable initially deferred,
    line smallint not null,
    account text not null,
    unit text not null,
    amount numeric(28, 9) not null constraint ledger_entries_amount_check check (amount <> 0),
    balance_after numeric(28, 9),
    constraint ledger_entries_pkey primary key (journal_id, line)
  )`,
  `create index ledger_entries_account_unit_idx on ledger_entries (account, unit)`,
  `create function ledger_entries_balance() returns trigger language plpgsql as $$
   declare bad record;
   begin
     select journal_id, unit, sum(amount) as imbalance into bad
       from inserted group by journal_id, unit having sum(amount) <> 0 limit 1;
     if found then
       raise exception 'journal % is out of balance by % %', bad.journal_id, bad.imbalance, bad.unit
         using errcode = 'check_violation';
     end if;
     return null;
   end $$`,
  `create trigger ledger_entries_balance after insert on ledger_entries
   referencing new table as inserted for each statement execute function ledger_entries_balance()`,
  `create table positions (
    account_id uuid not null constraint positions_account_id_fkey references accounts,
    epoch integer not null,
    symbol text not null constraint positions_symbol_fkey references assets,
    quantity numeric(28, 9) not null default 0,
    cost numeric(40, 12) not null default 0,
    realized_pnl numeric(40, 12) not null default 0,
    updated_at timestamptz not null default now(),
    constraint positions_pkey primary key (account_id, epoch, symbol),
    constraint positions_flat_check check (quantity <> 0 or cost = 0)
  ) with (fillfactor = 70)`,
  `create table fills (
    report_id text constraint fills_pkey primary key
      constraint fills_report_id_fkey references execution_reports,
    settlement_sequence bigint generated always as identity,
    order_id uuid not null constraint fills_order_id_fkey references orders,
    account_id uuid not null,
    epoch integer not null,
    symbol text not null,
    side text not null,
    quantity numeric(28, 9) not null constraint fills_quantity_check check (quantity > 0),
    price numeric(20, 4) not null constraint fills_price_check check (price > 0),
    amount numeric(28, 4) not null,
    fee numeric(28, 4) not null constraint fills_fee_check check (fee >= 0),
    liquidity text not null,
    position_quantity numeric(28, 9) not null,
    market_at timestamptz not null,
    filled_at timestamptz not null default now()
  )`,
  `create index fills_order_id_idx on fills (order_id)`,
  `create index fills_account_id_idx on fills (account_id, epoch, symbol, settlement_sequence)`,
];

const EVENTS = [
  `create table events (
    account_id uuid not null constraint events_account_id_fkey references accounts,
    sequence bigint not null,
    event_id uuid not null default gen_random_uuid() constraint events_event_id_key unique,
    type text not null,
    order_id uuid,
    data jsonb not null,
    created_at timestamptz not null default now(),
    published_at timestamptz,
    constraint events_pkey primary key (account_id, sequence)
  ) with (fillfactor = 80)`,
  `create index events_unpublished_idx on events (created_at) where published_at is null`,
];
