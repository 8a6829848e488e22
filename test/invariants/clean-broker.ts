/**
 * A small broker at rest in which every invariant holds, written by hand as rows, so that the
 * checks are not tested with the code they check.
 *
 * ALICE bought 10 AAPL from the market maker in two fills, sold 2 of them to BOB, and has 3 for
 * sale; BOB bid for 5 more.
 */
export const ALICE = 'a0000000-0000-4000-8000-000000000000';
export const BOB = 'b0000000-0000-4000-8000-000000000000';
export const ORDERS = {
  aliceBuys: '10000000-0000-4000-8000-000000000000',
  aliceSells: '20000000-0000-4000-8000-000000000000',
  bobBuys: '30000000-0000-4000-8000-000000000000',
  aliceOffers: '40000000-0000-4000-8000-000000000000',
  bobBids: '50000000-0000-4000-8000-000000000000',
} as const;

const ACCOUNTS = `
insert into accounts (account_id, name, event_sequence)
  values ('${ALICE}', 'alice', 6), ('${BOB}', 'bob', 3);
insert into assets (symbol, asset_id, name, venue, asset_class, source)
  values ('AAPL', gen_random_uuid(), 'Apple', 'SIM', 'us_equity', '{}');
insert into feed_cursors (symbol, report_sequence) values ('AAPL', 4);`;

const ORDER_ROWS = [
  // order, account, side, quantity, limit, status, filled, notional
  [ORDERS.aliceBuys, ALICE, 'buy', 10, 100, 'filled', 10, 992],
  [ORDERS.aliceSells, ALICE, 'sell', 2, 100, 'filled', 2, 200],
  [ORDERS.bobBuys, BOB, 'buy', 2, 101, 'filled', 2, 200],
  [ORDERS.aliceOffers, ALICE, 'sell', 3, 200, 'new', 0, 0],
  [ORDERS.bobBids, BOB, 'buy', 5, 90, 'new', 0, 0],
] as const;

const orderRows = ORDER_ROWS.map(
  ([id, account, side, quantity, limit, status, filled, notional]) => `
insert into orders (order_id, account_id, epoch, client_order_id, fingerprint, request_id, root_id,
    workflow_id, symbol, side, type, time_in_force, quantity, limit_price, protection_price, status,
    filled_quantity, filled_notional, closed_at)
  values ('${id}', '${account}', 1, '${id}', 'f', 'r', '${id}', 'order:${id}', 'AAPL', '${side}',
    'limit', 'gtc', ${quantity}, ${limit}, null, '${status}', ${filled}, ${notional},
    ${status === 'new' ? 'null' : 'now()'});
insert into order_transitions (order_id, from_status, event, to_status)
  values ('${id}', 'none', 'accept', 'new');
insert into market_commands (symbol, order_id, kind) values ('AAPL', '${id}', 'submit');
with taken as (delete from pending_commands returning command_id)
insert into market_steps (symbol, last_sequence, tick_index, command_ids)
  select 'AAPL', (select count(*) from market_commands), 1, array[command_id] from taken;`,
);

const FILL_ROWS = [
  // report, trade, order, account, side, quantity, price, position after, leaves, counterparty
  ['AAPL-1', 'AAPL-1', ORDERS.aliceBuys, ALICE, 'buy', 4, 99.5, 4, 6, 'market_maker'],
  ['AAPL-2', 'AAPL-2', ORDERS.aliceBuys, ALICE, 'buy', 6, 99, 10, 0, 'market_maker'],
  ['AAPL-3', 'AAPL-3', ORDERS.aliceSells, ALICE, 'sell', 2, 100, 8, 0, 'user'],
  ['AAPL-4', 'AAPL-3', ORDERS.bobBuys, BOB, 'buy', 2, 100, 2, 0, 'user'],
] as const;

const fillRows = FILL_ROWS.map(
  ([report, trade, order, account, side, quantity, price, position, leaves, counterparty]) => `
insert into execution_reports (report_id, symbol, sequence, trade_id, order_id, root_id, account_id,
    kind, price, quantity, amount, fee, leaves, liquidity, counterparty, tick_index, market_at,
    settled_at)
  values ('${report}', 'AAPL', ${report.slice(5)}, '${trade}', '${order}', '${order}', '${account}',
    'trade', ${price}, ${quantity}, ${price * quantity}, 0, ${leaves}, 'taker', '${counterparty}',
    1, now(), now());
insert into fills (report_id, order_id, account_id, epoch, symbol, side, quantity, price, amount,
    fee, liquidity, position_quantity, market_at)
  values ('${report}', '${order}', '${account}', 1, 'AAPL', '${side}', ${quantity}, ${price},
    ${price * quantity}, 0, 'taker', ${position}, now());
insert into order_transitions (order_id, from_status, event, to_status, report_id) values
  ('${order}', '${report === 'AAPL-2' ? 'partially_filled' : 'new'}',
    '${leaves === 0 ? 'fill' : 'partial_fill'}',
    '${leaves === 0 ? 'filled' : 'partially_filled'}', '${report}');`,
);

type Entry = readonly [account: string, unit: string, amount: number];
const alice = (part: 'available' | 'held') => `user:${ALICE}:1:${part}`;
const bob = (part: 'available' | 'held') => `user:${BOB}:1:${part}`;

const JOURNALS: readonly (readonly Entry[])[] = [
  [
    [alice('available'), 'USD', 10_000],
    ['deposits', 'USD', -10_000],
  ],
  [
    [bob('available'), 'USD', 1_000],
    ['deposits', 'USD', -1_000],
  ],
  [
    [alice('available'), 'USD', -992],
    ['market_maker:AAPL', 'USD', 992],
    [alice('available'), 'AAPL', 10],
    ['market_maker:AAPL', 'AAPL', -10],
  ],
  [
    [alice('available'), 'AAPL', -2],
    ['clearing:AAPL', 'AAPL', 2],
    [alice('available'), 'USD', 200],
    ['clearing:AAPL', 'USD', -200],
  ],
  [
    [bob('available'), 'AAPL', 2],
    ['clearing:AAPL', 'AAPL', -2],
    [bob('available'), 'USD', -200],
    ['clearing:AAPL', 'USD', 200],
  ],
  [
    [alice('available'), 'AAPL', -3],
    [alice('held'), 'AAPL', 3],
  ],
  [
    [bob('available'), 'USD', -450],
    [bob('held'), 'USD', 450],
  ],
];

const journalRows = JOURNALS.map((entries, journal) => {
  const lines = entries.map(
    ([account, unit, amount], line) =>
      `('journal-${journal}', ${line}, '${account}', '${unit}', ${amount})`,
  );
  return `insert into journals (journal_id, kind) values ('journal-${journal}', 'test');
    insert into ledger_entries (journal_id, line, account, unit, amount)
      values ${lines.join(', ')};`;
});

const BALANCES_AND_POSITIONS = `
insert into ledger_balances (account, unit, balance)
  select account, unit, sum(amount) from ledger_entries where account like 'user:%' group by 1, 2;
insert into holds (root_id, account_id, epoch, unit, remaining) values
  ('${ORDERS.aliceBuys}', '${ALICE}', 1, 'USD', 0),
  ('${ORDERS.aliceOffers}', '${ALICE}', 1, 'AAPL', 3),
  ('${ORDERS.bobBids}', '${BOB}', 1, 'USD', 450);
insert into positions (account_id, epoch, symbol, quantity, cost, realized_pnl) values
  ('${ALICE}', 1, 'AAPL', 8, 793.6, 1.6), ('${BOB}', 1, 'AAPL', 2, 200, 0);
insert into resting_orders (order_id, symbol, state, priority, book_order) values
  ('${ORDERS.aliceOffers}', 'AAPL', 'resting', 1, '{}'),
  ('${ORDERS.bobBids}', 'AAPL', 'resting', 2, '{}');`;

const event = (account: string, sequence: number, kind: string, order: string) => `
insert into events (account_id, sequence, type, order_id, data, published_at)
  values ('${account}', ${sequence}, 'everfill.order.${kind}.v1', '${order}', '{}', now());`;

const EVENTS = [
  event(ALICE, 1, 'accepted', ORDERS.aliceBuys),
  event(ALICE, 2, 'partially_filled', ORDERS.aliceBuys),
  event(ALICE, 3, 'filled', ORDERS.aliceBuys),
  event(ALICE, 4, 'accepted', ORDERS.aliceSells),
  event(ALICE, 5, 'filled', ORDERS.aliceSells),
  event(ALICE, 6, 'accepted', ORDERS.aliceOffers),
  event(BOB, 1, 'accepted', ORDERS.bobBuys),
  event(BOB, 2, 'filled', ORDERS.bobBuys),
  event(BOB, 3, 'accepted', ORDERS.bobBids),
];

/** Statements to run on an empty migrated database. */
export const CLEAN_BROKER = [
  ACCOUNTS,
  ...orderRows,
  ...fillRows,
  ...journalRows,
  BALANCES_AND_POSITIONS,
  ...EVENTS,
].join('\n');
