/**
 * One row per table that every constraint accepts, on top of each other in this order. A test
 * changes one value of one of them to break one constraint.
 */
export type Row = Readonly<Record<string, unknown>>;

const ACCOUNT = '00000000-0000-4000-8000-00000000000a';
export const ORDER = '00000000-0000-4000-8000-00000000000b';
/** A valid id that no row has. */
export const NOBODY = '00000000-0000-4000-8000-0000000000ff';
const NOW = '2026-01-05T10:00:00Z';

export const VALID_ROWS: Readonly<Record<string, Row>> = {
  accounts: { account_id: ACCOUNT, name: 'alice' },
  api_keys: { key_id: 'KEY', account_id: ACCOUNT, secret_hash: 'hash', scopes: ['trade'] },
  assets: {
    symbol: 'AAPL',
    asset_id: ACCOUNT,
    name: 'Apple',
    venue: 'SIM',
    asset_class: 'us_equity',
    source: {},
  },
  risk_limits: { account_id: ACCOUNT },
  orders: {
    order_id: ORDER,
    account_id: ACCOUNT,
    epoch: 1,
    client_order_id: 'mine-1',
    fingerprint: 'hash',
    request_id: 'r-1',
    root_id: ORDER,
    workflow_id: `order:${ORDER}`,
    symbol: 'AAPL',
    side: 'buy',
    type: 'stop_limit',
    time_in_force: 'gtc',
    quantity: 10,
    limit_price: 30,
    stop_price: 29,
    status: 'new',
  },
  account_days: { account_id: ACCOUNT, epoch: 1, began_at: NOW, equity: 5 },
  margin_calls: { call_id: ORDER, account_id: ACCOUNT, epoch: 1, equity: 5, requirement: 6 },
  order_status_edges: { from_status: 'a', event: 'b', to_status: 'c' },
  order_transitions: {
    transition_id: 1,
    order_id: ORDER,
    from_status: 'none',
    event: 'accept',
    to_status: 'new',
  },
  holds: { root_id: ORDER, account_id: ACCOUNT, epoch: 1, unit: 'USD', remaining: 0 },
  market_commands: {
    command_id: 1,
    symbol: 'AAPL',
    order_id: ORDER,
    kind: 'submit',
    applied_sequence: 1,
  },
  feed_cursors: { symbol: 'AAPL' },
  resting_orders: {
    order_id: ORDER,
    symbol: 'AAPL',
    state: 'resting',
    priority: 1,
    book_order: {},
  },
  execution_reports: {
    report_id: 'AAPL-1',
    symbol: 'AAPL',
    sequence: 1,
    trade_id: 'AAPL-1',
    order_id: ORDER,
    root_id: ORDER,
    account_id: ACCOUNT,
    kind: 'trade',
    price: 30,
    quantity: 1,
    amount: 30,
    fee: 0,
    leaves: 9,
    liquidity: 'taker',
    counterparty: 'market_maker',
    tick_index: 1,
    market_at: NOW,
  },
  fills: {
    report_id: 'AAPL-1',
    order_id: ORDER,
    account_id: ACCOUNT,
    epoch: 1,
    symbol: 'AAPL',
    side: 'buy',
    quantity: 1,
    price: 30,
    amount: 30,
    fee: 0,
    liquidity: 'taker',
    position_quantity: 1,
    market_at: NOW,
  },
  bars: { symbol: 'AAPL', start: NOW, open: 2, high: 3, low: 1, close: 2, volume: 1 },
  market_data: { symbol: 'AAPL', sequence: 1, at: NOW },
  ledger_balances: { account: 'user:alice', unit: 'USD', balance: 0 },
  journals: { journal_id: 'j-1', kind: 'deposit' },
  positions: { account_id: ACCOUNT, epoch: 1, symbol: 'AAPL', quantity: 1, cost: 30 },
  events: { account_id: ACCOUNT, sequence: 1, event_id: ORDER, type: 't', data: {} },
};
