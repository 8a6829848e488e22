import { mapBounded } from '../platform/map-bounded';
import { type RejectReason, REJECT_REASONS } from '../domain/refusal';
import {
  acceptOrder,
  anInstruction,
  type Broker,
  countRows,
  createBroker,
  readBookedRows,
  SLOTS,
} from '../test/orders/broker';
import type { OrderInstruction } from '../workflows/contract';
import { acceptOrders } from './accept-orders';

let broker: Broker;

beforeAll(async () => {
  broker = await createBroker();
});

beforeEach(() => broker.reset());

afterAll(() => broker.close());

async function accept(accountId: string, terms: Partial<OrderInstruction> = {}) {
  const instruction = anInstruction(accountId, terms);
  return { instruction, ...(await acceptOrder(broker.db, instruction)) };
}

test('an accepted order has its row, hold, journal, command, transition and event', async () => {
  const accountId = await broker.openAccount('1000');
  const { instruction, opening, fresh } = await accept(accountId);
  const { orderId } = instruction;
  expect(fresh).toBe(true);
  expect(opening).toEqual({
    verdict: {
      orderId,
      fingerprint: 'the body',
      requestId: instruction.requestId,
      status: 'new',
      rejectReason: null,
      acceptedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/),
    },
    progress: {
      orders: [
        { orderId, status: 'new', quantity: '10', filledQuantity: '0', averageFillPrice: null },
      ],
      closed: false,
    },
  });
  expect(await broker.order(orderId)).toMatchObject({
    status: 'new',
    root_id: orderId,
    workflow_id: `order:${orderId}`,
    closed_at: null,
  });
  expect(await broker.balances(accountId)).toMatchObject({ cash: '900', heldCash: '100' });
  const { db } = broker;
  expect(await db.selectFrom('holds').selectAll().execute()).toMatchObject([
    { root_id: orderId, unit: 'USD', remaining: '100.000000000' },
  ]);
  expect(await db.selectFrom('market_commands').selectAll().execute()).toMatchObject([
    { order_id: orderId, kind: 'submit', revision: 0 },
  ]);
  expect(await db.selectFrom('pending_commands').selectAll().execute()).toHaveLength(1);
  expect(await db.selectFrom('order_transitions').selectAll().execute()).toMatchObject([
    { order_id: orderId, from_status: 'none', event: 'accept', to_status: 'new' },
  ]);
  expect(await db.selectFrom('events').selectAll().execute()).toMatchObject([
    { account_id: accountId, sequence: '1', type: 'everfill.order.accepted.v1', order_id: orderId },
  ]);
  expect(await broker.brokenInvariants()).toEqual([]);
});

test.each([
  { what: 'a limit buy, with the worst fee', terms: {}, hold: '100.2' },
  {
    what: 'a market buy at its protection price',
    terms: { type: 'market', limitPrice: null },
    hold: '105.21',
  },
  {
    what: 'a stop buy at the collar of its stop',
    terms: { type: 'stop', limitPrice: null, stopPrice: '20' },
    hold: '210.42',
  },
  {
    what: 'a stop limit buy at its limit',
    terms: { type: 'stop_limit', limitPrice: '12', stopPrice: '11' },
    hold: '120.24',
  },
  { what: 'a fraction, rounded up', terms: { quantity: '0.000000001' }, hold: '0.0002' },
] as const)('$what holds $hold', async ({ terms, hold }) => {
  const { db } = broker;
  await db.updateTable('assets').set({ maker_fee_ppm: 1_000, taker_fee_ppm: 2_000 }).execute();
  const accountId = await broker.openAccount('1000');
  await accept(accountId, terms);
  expect((await broker.balances(accountId)).heldCash).toBe(hold);
});

test('a fee a share is held and taken, and what was held too much comes back', async () => {
  const { db } = broker;
  await db.updateTable('assets').set({ taker_fee_per_share: '0.005' }).execute();
  const accountId = await broker.openAccount('1000');
  const { instruction } = await accept(accountId);
  expect((await broker.balances(accountId)).heldCash).toBe('100.05');
  await broker.market.takeCommands();
  await broker.market.trade(instruction.orderId, '4', '10');
  await broker.settle(instruction.orderId);
  expect(await broker.balances(accountId)).toMatchObject({ heldCash: '60.03', cash: '899.95' });
});

test('a sell holds its shares', async () => {
  const accountId = await broker.openAccount('1000');
  await own(accountId, '10');
  await accept(accountId, { side: 'sell', quantity: '4' });
  expect(await broker.balances(accountId)).toMatchObject({ shares: '6', heldShares: '4' });
});

/** Buys from the house. */
async function own(accountId: string, quantity: string): Promise<void> {
  const orderId = await broker.place(accountId, { quantity });
  await broker.market.takeCommands();
  await broker.market.trade(orderId, quantity, '10');
  await broker.settle(orderId);
}

type Table = 'accounts' | 'account_configurations' | 'assets' | 'feed_cursors' | 'venue' | 'own';

interface Rejection {
  readonly reason: RejectReason;
  readonly terms?: Partial<OrderInstruction>;
  /** What is so before the order comes. */
  readonly set?: readonly [table: Table, values: Record<string, unknown>];
  /** Shares the account has. */
  readonly owns?: string;
}

const REJECTIONS: readonly Rejection[] = [
  { reason: 'stale_order', terms: { acceptBefore: '2020-01-01T00:00:00Z' } },
  { reason: 'account_blocked', set: ['accounts', { blocked: true }] },
  { reason: 'trade_suspended', set: ['account_configurations', { suspend_trade: true }] },
  { reason: 'account_resetting', set: ['accounts', { resetting: true }] },
  { reason: 'account_resetting', set: ['accounts', { epoch: 2 }] },
  { reason: 'trading_halted', set: ['accounts', { trading_state: 'HALTED' }] },
  { reason: 'trading_halted', set: ['venue', { trading_state: 'HALTED' }] },
  {
    reason: 'symbol_halted',
    terms: { timeInForce: 'fok' },
    set: ['feed_cursors', { halted: true }],
  },
  {
    reason: 'market_closed',
    terms: { timeInForce: 'ioc' },
    set: ['feed_cursors', { closed: true }],
  },
  {
    reason: 'too_late_for_auction',
    terms: { timeInForce: 'opg' },
    set: ['assets', { calendar: 'nyse' }],
  },
  {
    reason: 'duplicate_order_suspected',
    owns: '1',
    terms: { quantity: '1' },
    set: ['venue', { duplicate_orders: 1, duplicate_window_ms: 60_000 }],
  },
  {
    reason: 'daily_loss_limit',
    owns: '10',
    set: ['own', { daily_loss_limit: '0' }],
  },
  { reason: 'too_many_open_orders', set: ['venue', { max_open_orders: 0 }] },
  { reason: 'too_many_open_orders', set: ['own', { max_open_orders: 0 }] },
  { reason: 'max_order_qty', set: ['venue', { max_order_quantity: '9' }] },
  {
    reason: 'no_reference_price',
    terms: { type: 'market', limitPrice: null },
    set: ['feed_cursors', { print: null }],
  },
  {
    reason: 'price_collar',
    terms: { limitPrice: '10.11' },
    set: ['venue', { price_collar_ppm: 10_000 }],
  },
  { reason: 'max_notional', set: ['venue', { max_notional: '99.9999' }] },
  { reason: 'min_notional', set: ['venue', { min_notional: '100.0001' }] },
  { reason: 'reduce_only_mode', set: ['accounts', { trading_state: 'REDUCING' }] },
  { reason: 'position_limit', set: ['venue', { max_position: '9.999999999' }] },
  { reason: 'insufficient_qty', owns: '9', terms: { side: 'sell' } },
  { reason: 'short_not_permitted', terms: { side: 'sell' } },
  { reason: 'insufficient_buying_power', terms: { quantity: '100.1' } },
];

test('every reason is reached below', () => {
  const reached = new Set(REJECTIONS.map(({ reason }) => reason));
  expect([...reached].sort()).toEqual([...REJECT_REASONS].sort());
});

async function prepare(accountId: string, { set, owns }: Rejection): Promise<void> {
  const { db } = broker;
  if (owns !== undefined) await own(accountId, owns);
  await beginDay(accountId, '1000');
  if (set === undefined) return;
  const [table, values] = set;
  if (table === 'accounts' || table === 'feed_cursors' || table === 'assets') {
    await db.updateTable(table).set(values).execute();
  } else if (table === 'account_configurations') {
    await db
      .insertInto(table)
      .values({ account_id: accountId, ...values })
      .execute();
  } else {
    const account_id = table === 'own' ? accountId : null;
    await db
      .insertInto('risk_limits')
      .values({ account_id, ...values })
      .execute();
  }
}

async function beginDay(accountId: string, equity: string): Promise<void> {
  const began_at = new Date(new Date().setUTCHours(0, 0, 0, 0));
  await broker.db
    .insertInto('account_days')
    .values({ account_id: accountId, epoch: 1, began_at, equity })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

test.each(REJECTIONS)('$reason is reached by $terms $set', async (rejection) => {
  const accountId = await broker.openAccount('1000');
  await prepare(accountId, rejection);
  const before = await countRows(broker.db);
  const money = await broker.balances(accountId);
  const { instruction, opening } = await accept(accountId, rejection.terms);
  const { reason } = rejection;
  expect(opening.verdict).toMatchObject({ status: 'rejected', rejectReason: reason });
  expect(opening.progress.closed).toBe(true);
  // The row, its transition and its event: nothing is held, and the market hears of nothing.
  expect(await countRows(broker.db)).toEqual({
    ...before,
    orders: before['orders']! + 1,
    order_transitions: before['order_transitions']! + 1,
    events: before['events']! + 1,
  });
  expect(await broker.balances(accountId)).toEqual(money);
  expect(await broker.order(instruction.orderId)).toMatchObject({
    status: 'rejected',
    reject_reason: reason,
    reject_source: 'risk',
    closed_at: expect.any(Date) as Date,
  });
});

test('what was refused is not the first of a repetition', async () => {
  const accountId = await broker.openAccount('1000');
  await prepare(accountId, {
    reason: 'duplicate_order_suspected',
    set: ['venue', { duplicate_orders: 1, duplicate_window_ms: 60_000 }],
  });
  const state = (trading_state: 'ACTIVE' | 'HALTED') =>
    broker.db.updateTable('accounts').set({ trading_state }).execute();
  const verdict = async () => (await accept(accountId)).opening.verdict.rejectReason;
  await state('HALTED');
  expect(await verdict()).toBe('trading_halted');
  await state('ACTIVE');
  expect(await verdict()).toBeNull();
  expect(await verdict()).toBe('duplicate_order_suspected');
});

test("an account's own limit is asked instead of everybody's", async () => {
  const accountId = await broker.openAccount('1000');
  await prepare(accountId, { reason: 'max_notional', set: ['venue', { max_notional: '1' }] });
  await prepare(accountId, { reason: 'max_notional', set: ['own', { max_notional: '100' }] });
  expect((await accept(accountId)).opening.verdict.status).toBe('new');
  expect((await accept(accountId, { quantity: '10.1' })).opening.verdict.rejectReason).toBe(
    'max_notional',
  );
});

describe('a repeat', () => {
  test.each([
    { what: 'an accepted order', quantity: '10' },
    { what: 'a rejected order', quantity: '101' },
  ])('of $what returns the first verdict and changes nothing', async ({ quantity }) => {
    const accountId = await broker.openAccount('1000');
    const { instruction, opening } = await accept(accountId, { quantity });
    const rows = await countRows(broker.db);
    // What has come since does not decide again: the verdict is a row.
    await broker.db.updateTable('accounts').set({ blocked: true }).execute();
    const again = { ...instruction, requestId: 'another request', fingerprint: 'another body' };
    expect(await acceptOrder(broker.db, again)).toEqual({ opening, fresh: false });
    expect(await countRows(broker.db)).toEqual(rows);
  });

  test('returns the order as it stands now', async () => {
    const accountId = await broker.openAccount('1000');
    const { instruction } = await accept(accountId);
    await broker.market.takeCommands();
    await broker.market.trade(instruction.orderId, '10', '9');
    await broker.settle(instruction.orderId);
    const { opening } = await acceptOrder(broker.db, instruction);
    expect(opening.verdict.status).toBe('filled');
    expect(opening.progress).toMatchObject({
      orders: [{ status: 'filled', filledQuantity: '10', averageFillPrice: '9' }],
      closed: true,
    });
  });

  test('that comes twenty times at once makes one order', async () => {
    const accountId = await broker.openAccount('1000');
    const before = await countRows(broker.db);
    const instruction = anInstruction(accountId);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => acceptOrder(broker.db, instruction)),
    );
    expect(answers.filter(({ fresh }) => fresh)).toHaveLength(1);
    expect(new Set(answers.map(({ opening }) => JSON.stringify(opening))).size).toBe(1);
    expect(await countRows(broker.db)).toEqual({
      ...before,
      orders: 1,
      holds: 1,
      journals: before['journals']! + 1,
      ledger_entries: before['ledger_entries']! + 2,
      market_commands: 1,
      order_transitions: 1,
      events: 1,
    });
  });
});

test('orders decided in one transaction are decided as they would be one by one', async () => {
  const accounts = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
  const terms: readonly Partial<OrderInstruction>[] = [
    { clientOrderId: 'plain' },
    { clientOrderId: 'too dear', quantity: '101' },
    { clientOrderId: 'at market', type: 'market', limitPrice: null },
    { clientOrderId: 'late', acceptBefore: '2020-01-01T00:00:00Z' },
  ];
  const decide = async (together: boolean) => {
    await broker.reset();
    for (const accountId of accounts) await broker.openAccount('1000', { accountId });
    const orders = accounts.map((accountId, index) => anInstruction(accountId, terms[index]));
    if (together) await acceptOrders(broker.db, orders);
    else for (const order of orders) await acceptOrder(broker.db, order);
    return readBookedRows(broker.db);
  };
  expect(await decide(true)).toEqual(await decide(false));
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('200 buys at once, worth ten times the cash, are accepted exactly until it is spent', async () => {
  const accountId = await broker.openAccount('2099.99');
  const verdicts = await mapBounded(Array.from({ length: 200 }), SLOTS, async () => {
    const { opening } = await accept(accountId);
    return opening.verdict;
  });
  const accepted = verdicts.filter(({ status }) => status === 'new');
  const refused = verdicts.filter(({ rejectReason }) => rejectReason !== null);
  expect(accepted).toHaveLength(20);
  expect(refused).toHaveLength(180);
  expect(new Set(refused.map(({ rejectReason }) => rejectReason))).toEqual(
    new Set(['insufficient_buying_power']),
  );
  expect(await broker.balances(accountId)).toMatchObject({ cash: '99.99', heldCash: '2000' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('opposite orders of two accounts on one symbol do not wait for each other in a circle', async () => {
  const accounts = [await broker.openAccount('100000'), await broker.openAccount('100000')];
  for (const accountId of accounts) await own(accountId, '100');
  const turns = Array.from({ length: 60 }, (_, index) => index);
  const verdicts = await mapBounded(turns, SLOTS, async (turn) => {
    const side = turn % 3 === 0 ? 'sell' : 'buy';
    return (await accept(accounts[turn % 2]!, { side, quantity: '1' })).opening.verdict;
  });
  expect(verdicts.filter(({ status }) => status !== 'new')).toEqual([]);
  expect(await broker.brokenInvariants()).toEqual([]);
});
