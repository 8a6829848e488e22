import { Client, DatabaseError } from 'pg';
import { CLOSED_STATUSES, OPEN_STATUSES } from '../domain/order/order';
import { createTestDatabase, type TestDatabase } from '../test/harness/database';
import { NOBODY, ORDER, type Row, VALID_ROWS } from '../test/schema/valid-rows';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

async function insert(table: string, row: Row): Promise<void> {
  const columns = Object.keys(row).join(', ');
  await client.query(
    `insert into ${table} (${columns}) overriding system value
       select ${columns} from jsonb_populate_record(null::${table}, $1)`,
    [JSON.stringify(row)],
  );
}

/** Every valid row up to, but not including, those of `table`. */
async function insertBefore(table: string): Promise<void> {
  for (const [name, row] of Object.entries(VALID_ROWS)) {
    if (name === table) return;
    await insert(name, row);
  }
}

async function refusal(work: Promise<unknown>): Promise<DatabaseError> {
  const error: unknown = await work.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof DatabaseError) return error;
  throw error;
}

interface Breach {
  readonly constraint: string;
  readonly table: string;
  readonly change: Row;
  /** The valid row is there already, so that this one is its double. */
  readonly twice?: true;
}

const check = (table: string, constraint: string, change: Row): Breach => ({
  table,
  constraint: `${table}_${constraint}`,
  change,
});
const double = (table: string, key: string, change: Row = {}): Breach => ({
  table,
  constraint: `${table}_${key}`,
  change,
  twice: true,
});

const BREAKER = { breaker_move_ppm: 1_000, breaker_window_ms: 1_000, breaker_halt_ms: 1_000 };
const DUPLICATES = { duplicate_orders: 3, duplicate_window_ms: 1_000 };

const CHECKS = [
  check('accounts', 'trading_state_check', { trading_state: 'OPEN' }),
  check('accounts', 'multiplier_check', { multiplier: 3 }),
  check('assets', 'maker_fee_ppm_check', { maker_fee_ppm: -1 }),
  check('assets', 'maker_fee_per_share_check', { maker_fee_per_share: '-0.0001' }),
  check('assets', 'taker_fee_per_share_check', { taker_fee_per_share: '-0.0001' }),
  check('risk_limits', 'min_notional_check', { min_notional: '-0.0001' }),
  check('assets', 'taker_fee_ppm_check', { taker_fee_ppm: 100_001 }),
  check('accounts', 'credit_limit_check', { credit_limit: '-0.0001' }),
  check('assets', 'calendar_check', { calendar: 'lunar' }),
  check('assets', 'breaker_check', { breaker_move_ppm: 100_000 }),
  check('assets', 'breaker_move_ppm_check', { ...BREAKER, breaker_move_ppm: 999 }),
  check('assets', 'breaker_window_ms_check', { ...BREAKER, breaker_window_ms: 999 }),
  check('assets', 'breaker_halt_ms_check', { ...BREAKER, breaker_halt_ms: 86_400_001 }),
  check('risk_limits', 'duplicate_check', { duplicate_orders: 3 }),
  check('risk_limits', 'duplicate_orders_check', { ...DUPLICATES, duplicate_orders: 0 }),
  check('risk_limits', 'duplicate_window_ms_check', { ...DUPLICATES, duplicate_window_ms: 0 }),
  check('risk_limits', 'trading_state_check', { trading_state: 'active' }),
  check('account_configurations', 'multiplier_check', { max_margin_multiplier: 3 }),
  check('account_configurations', 'checks_check', { pdt_check: 'never' }),
  check('account_configurations', 'email_check', { trade_confirm_email: 'some' }),
  check('account_configurations', 'options_check', { max_options_trading_level: 4 }),
  check('watchlists', 'name_check', { name: '' }),
  check('account_resets', 'cash_check', { cash: 0 }),
  check('orders', 'client_order_id_check', { client_order_id: '' }),
  check('orders', 'client_order_id_check', { client_order_id: 'x'.repeat(129) }),
  check('orders', 'side_check', { side: 'short' }),
  check('orders', 'type_check', { type: 'iceberg' }),
  check('orders', 'time_in_force_check', { time_in_force: 'GTC' }),
  check('orders', 'order_class_check', { order_class: 'basket' }),
  check('orders', 'quantity_check', { quantity: 0, status: 'new' }),
  check('orders', 'limit_price_check', { limit_price: 0 }),
  check('orders', 'stop_price_check', { stop_price: -1 }),
  check('orders', 'list_role_check', { order_class: 'oto', list_role: 'hedge' }),
  // A list without a role, and a role without a list.
  check('orders', 'order_list_check', { order_class: 'bracket' }),
  check('orders', 'order_list_check', { list_role: 'entry' }),
  check('orders', 'trail_price_check', { trail_price: 0 }),
  check('orders', 'trail_percent_check', { trail_percent: 100 }),
  check('orders', 'notional_check', { notional: 0 }),
  check('orders', 'position_intent_check', { position_intent: 'hedge' }),
  check('orders', 'self_trade_prevention_check', { self_trade_prevention: 'allow' }),
  check('orders', 'status_check', { status: 'FAILED' }),
  check('orders', 'reject_source_check', { reject_source: 'venue' }),
  // More executed than ordered, and less than was taken over.
  check('orders', 'filled_quantity_check', { filled_quantity: '10.000000001' }),
  check('orders', 'filled_quantity_check', { inherited_quantity: 1 }),
  check('orders', 'filled_status_check', {
    status: 'filled',
    filled_quantity: 9,
    closed_at: 'now',
  }),
  // Closed without a time, and a time without being closed.
  check('orders', 'closed_at_check', { status: 'canceled' }),
  check('orders', 'closed_at_check', { closed_at: 'now' }),
  // Rejected without a reason, and a reason without being rejected.
  check('orders', 'reject_reason_check', { status: 'rejected', closed_at: 'now' }),
  check('orders', 'reject_reason_check', { reject_reason: 'price_collar' }),
  check('holds', 'remaining_check', { remaining: '-0.0001' }),
  check('market_commands', 'kind_check', { kind: 'settle' }),
  check('resting_orders', 'state_check', { state: 'filled' }),
  check('execution_reports', 'kind_check', { kind: 'fill' }),
  check('execution_reports', 'liquidity_check', { liquidity: 'both' }),
  check('execution_reports', 'counterparty_check', { counterparty: 'house' }),
  check('execution_reports', 'trade_check', { price: null }),
  check('execution_reports', 'trade_check', { kind: 'canceled' }),
  check('fills', 'quantity_check', { quantity: 0 }),
  check('fills', 'price_check', { price: 0 }),
  check('fills', 'fee_check', { fee: '-0.0001' }),
  check('bars', 'range_check', { high: '1.9' }),
  check('bars', 'range_check', { low: '2.1' }),
  check('market_data', 'trades_check', { trade_ms: '{1}' }),
  check('market_data', 'trades_check', { trade_ms: '{1}', trade_prices: '{1}' }),
  check('ledger_balances', 'floor_check', { balance: '-0.0001' }),
  check('ledger_balances', 'floor_check', { balance: 5, floor: 6 }),
  check('positions', 'flat_check', { quantity: 0 }),
];

const FOREIGN_KEYS = [
  check('api_keys', 'account_id_fkey', { account_id: NOBODY }),
  check('risk_limits', 'account_id_fkey', { account_id: NOBODY }),
  check('account_configurations', 'account_id_fkey', { account_id: NOBODY }),
  check('watchlists', 'account_id_fkey', { account_id: NOBODY }),
  check('equity_points', 'account_id_fkey', { account_id: NOBODY }),
  check('account_resets', 'account_id_fkey', { account_id: NOBODY }),
  check('orders', 'account_id_fkey', { account_id: NOBODY }),
  check('orders', 'symbol_fkey', { symbol: 'NONE' }),
  check('order_transitions', 'order_id_fkey', { order_id: NOBODY }),
  // A closed status leads nowhere, and an event leads only where the table says.
  check('order_transitions', 'edge_fkey', {
    from_status: 'filled',
    event: 'partial_fill',
    to_status: 'partially_filled',
  }),
  check('order_transitions', 'edge_fkey', {
    from_status: 'new',
    event: 'cancel',
    to_status: 'filled',
  }),
  check('market_commands', 'symbol_fkey', { symbol: 'NONE' }),
  check('feed_cursors', 'symbol_fkey', { symbol: 'NONE' }),
  check('execution_reports', 'order_id_fkey', { order_id: NOBODY }),
  check('fills', 'report_id_fkey', { report_id: 'AAPL-2' }),
  check('fills', 'order_id_fkey', { order_id: NOBODY }),
  check('bars', 'symbol_fkey', { symbol: 'NONE' }),
  check('positions', 'account_id_fkey', { account_id: NOBODY }),
  check('positions', 'symbol_fkey', { symbol: 'NONE' }),
  check('events', 'account_id_fkey', { account_id: NOBODY }),
  check('account_days', 'account_id_fkey', { account_id: NOBODY }),
  check('margin_calls', 'account_id_fkey', { account_id: NOBODY }),
];

const KEYS = [
  double('accounts', 'pkey'),
  double('api_keys', 'pkey'),
  double('assets', 'pkey', { asset_id: NOBODY }),
  double('assets', 'asset_id_key', { symbol: 'MSFT' }),
  double('risk_limits', 'account_id_key'),
  double('account_configurations', 'pkey'),
  double('watchlists', 'pkey', { name: 'other' }),
  double('watchlists', 'account_id_name_key', { watchlist_id: NOBODY }),
  double('equity_points', 'pkey'),
  double('account_resets', 'pkey', { request_key: 'other' }),
  double('account_resets', 'request_key_key', { epoch: 3 }),
  double('orders', 'pkey', { client_order_id: 'mine-2' }),
  double('orders', 'account_id_epoch_client_order_id_key', { order_id: NOBODY }),
  double('order_status_edges', 'pkey'),
  double('order_transitions', 'pkey'),
  double('holds', 'pkey'),
  double('market_commands', 'pkey', { kind: 'cancel', applied_sequence: 2 }),
  double('market_commands', 'order_id_kind_revision_key', { command_id: 2, applied_sequence: 2 }),
  double('market_commands', 'symbol_applied_sequence_key', { command_id: 2, kind: 'cancel' }),
  double('feed_cursors', 'pkey'),
  double('resting_orders', 'pkey'),
  double('execution_reports', 'pkey', { sequence: 2 }),
  double('execution_reports', 'symbol_sequence_key', { report_id: 'AAPL-2' }),
  double('fills', 'pkey'),
  double('bars', 'pkey'),
  double('market_data', 'pkey'),
  double('ledger_balances', 'pkey'),
  double('journals', 'pkey'),
  double('positions', 'pkey'),
  double('account_days', 'pkey'),
  double('margin_calls', 'pkey', { closed_at: 'now' }),
  double('margin_calls', 'open_idx', { call_id: NOBODY }),
  double('events', 'pkey', { event_id: NOBODY }),
  double('events', 'event_id_key', { sequence: 2 }),
];

const BREACHES = [...CHECKS, ...FOREIGN_KEYS, ...KEYS];

test('every valid row is accepted', async () => {
  await insertBefore('nothing');
  await client.query('set constraints all immediate');
  expect(Object.keys(VALID_ROWS)).toHaveLength(25);
});

test.each(BREACHES)('$constraint refuses $change', async ({ table, constraint, change, twice }) => {
  await insertBefore(table);
  const valid = VALID_ROWS[table]!;
  if (twice) await insert(table, valid);
  expect((await refusal(insert(table, { ...valid, ...change }))).constraint).toBe(constraint);
});

describe('the ledger', () => {
  const entries = (...lines: readonly string[]) =>
    client.query(
      `insert into ledger_entries (journal_id, line, account, unit, amount)
         values ${lines.map((line) => `(${line})`).join(', ')}`,
    );

  beforeEach(() => insert('journals', VALID_ROWS['journals']!));

  test('takes a journal that sums to zero in each unit', async () => {
    const result = await entries(
      `'j-1', 1, 'a', 'USD', 30`,
      `'j-1', 2, 'b', 'USD', -30`,
      `'j-1', 3, 'a', 'AAPL', -1`,
      `'j-1', 4, 'b', 'AAPL', 1`,
    );
    expect(result.rowCount).toBe(4);
  });

  test.each([
    { why: 'one line', lines: [`'j-1', 1, 'a', 'USD', 30`] },
    { why: 'a line that only takes', lines: [`'j-1', 1, 'a', 'USD', -30`] },
    {
      why: 'a tenth of a cent',
      lines: [`'j-1', 1, 'a', 'USD', 1`, `'j-1', 2, 'b', 'USD', -0.999`],
    },
    { why: 'two units', lines: [`'j-1', 1, 'a', 'USD', 30`, `'j-1', 2, 'b', 'AAPL', -30`] },
    {
      why: 'two journals that only together are balanced',
      lines: [`'j-1', 1, 'a', 'USD', 30`, `'j-2', 1, 'b', 'USD', -30`],
    },
  ])('refuses a journal out of balance by $why', async ({ lines }) => {
    const error = await refusal(entries(...lines));
    expect(error.message).toMatch(/^journal j-\d is out of balance by /);
    expect(error.code).toBe('23514');
  });

  test.each([
    {
      constraint: 'ledger_entries_amount_check',
      lines: [`'j-1', 1, 'a', 'USD', 0`],
    },
    {
      constraint: 'ledger_entries_pkey',
      lines: [`'j-1', 1, 'a', 'USD', 1`, `'j-1', 1, 'b', 'USD', -1`],
    },
  ])('$constraint refuses', async ({ constraint, lines }) => {
    expect((await refusal(entries(...lines))).constraint).toBe(constraint);
  });

  test('ledger_entries_journal_id_fkey refuses, at commit', async () => {
    await entries(`'j-2', 1, 'a', 'USD', 1`, `'j-2', 2, 'b', 'USD', -1`);
    const error = await refusal(client.query('set constraints all immediate'));
    expect(error.constraint).toBe('ledger_entries_journal_id_fkey');
  });
});

describe('a closed order', () => {
  const CLOSED: Readonly<Record<(typeof CLOSED_STATUSES)[number], Row>> = {
    filled: { filled_quantity: 10 },
    canceled: {},
    expired: {},
    rejected: { reject_reason: 'price_collar' },
    replaced: {},
  };
  const close = async (status: (typeof CLOSED_STATUSES)[number]) => {
    await insertBefore('orders');
    const closed = { ...CLOSED[status], status, closed_at: 'now' };
    await insert('orders', { ...VALID_ROWS['orders'], ...closed });
  };

  test.each(
    CLOSED_STATUSES.flatMap((from) =>
      [...OPEN_STATUSES, ...CLOSED_STATUSES]
        .filter((to) => to !== from)
        .map((to) => ({ from, to })),
    ),
  )('that is $from cannot become $to', async ({ from, to }) => {
    await close(from);
    const error = await refusal(client.query(`update orders set status = '${to}'`));
    expect(error.message).toBe(`order ${ORDER} is ${from}, which is final; it cannot become ${to}`);
  });

  test('may still be touched, its status unchanged', async () => {
    await close('canceled');
    const result = await client.query(`update orders set status = 'canceled', updated_at = now()`);
    expect(result.rowCount).toBe(1);
  });
});

test('every constraint of the schema is broken by a test of this file', async () => {
  const { rows } = await client.query<{ name: string }>(`
    select conname as name from pg_constraint join pg_class on pg_class.oid = conrelid
    where relnamespace = 'public'::regnamespace and relname not like 'kysely_%'
      and contype in ('p', 'u', 'c', 'f', 'x')`);
  const broken = new Set([
    // A unique index is no constraint of the catalogue.
    ...BREACHES.map(({ constraint }) => constraint).filter((name) => !name.endsWith('_idx')),
    'ledger_entries_amount_check',
    'ledger_entries_pkey',
    'ledger_entries_journal_id_fkey',
  ]);
  expect(rows.map(({ name }) => name).sort()).toEqual([...broken].sort());
});
