import fc from 'fast-check';
import { sql } from 'kysely';
import { formatQuantity } from '../domain/decimal';
import { mapBounded } from '../platform/map-bounded';
import { type Broker, countRows, createBroker, readBookedRows, SLOTS } from '../test/orders/broker';
import { LIMITS } from '../platform/limits';
import type { OrderInstruction } from '../workflows/contract';

let broker: Broker;

beforeAll(async () => {
  broker = await createBroker();
});

beforeEach(() => broker.reset());

afterAll(() => broker.close());

/** An account of 1,000 USD with one order in the book: buy 10 at 10. */
async function withOrder(): Promise<{ accountId: string; orderId: string }> {
  const accountId = await broker.openAccount('1000');
  const orderId = await broker.place(accountId);
  await broker.market.takeCommands();
  return { accountId, orderId };
}

async function transitionsOf(orderId: string): Promise<string[]> {
  const rows = await broker.db
    .selectFrom('order_transitions')
    .select(['from_status', 'event', 'to_status'])
    .where('order_id', '=', orderId)
    .orderBy('transition_id')
    .execute();
  return rows.map((row) => `${row.from_status} ${row.event} ${row.to_status}`);
}

async function eventsOf(accountId: string): Promise<string[]> {
  const rows = await broker.db
    .selectFrom('events')
    .select('type')
    .where('account_id', '=', accountId)
    .orderBy('sequence')
    .execute();
  return rows.map(({ type }) => /^everfill\.order\.(\w+)\.v1$/.exec(type)?.[1] ?? type);
}

test('a fill books the order, the ledger, the position and the event', async () => {
  await broker.reset({ takerFeePpm: 1_000 });
  const { accountId, orderId } = await withOrder();
  expect(await broker.balances(accountId)).toMatchObject({ cash: '899.9', heldCash: '100.1' });
  const reportId = await broker.market.trade(orderId, '10', '9.5');
  expect(await broker.settle(orderId)).toEqual({
    orders: [
      { orderId, status: 'filled', quantity: '10', filledQuantity: '10', averageFillPrice: '9.5' },
    ],
    closed: true,
  });
  expect(await broker.order(orderId)).toMatchObject({
    status: 'filled',
    filled_quantity: '10.000000000',
    filled_notional: '95.0000000000000',
    closed_at: expect.any(Date) as Date,
  });
  // 1,000 - 95 - 0.095 of fee; the price improvement came back at once.
  expect(await broker.balances(accountId)).toEqual({
    cash: '904.905',
    heldCash: '0',
    shares: '10',
    heldShares: '0',
  });
  const { db } = broker;
  expect(await db.selectFrom('fills').selectAll().execute()).toMatchObject([
    { report_id: reportId, order_id: orderId, quantity: '10.000000000', fee: '0.0950' },
  ]);
  expect(await db.selectFrom('positions').selectAll().execute()).toMatchObject([
    { account_id: accountId, quantity: '10.000000000', cost: '95.000000000000' },
  ]);
  expect(await transitionsOf(orderId)).toEqual(['none accept new', 'new fill filled']);
  expect(await eventsOf(accountId)).toEqual(['accepted', 'filled']);
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('partial fills free what they no longer need, and average over all of them', async () => {
  const { accountId, orderId } = await withOrder();
  await broker.market.trade(orderId, '4', '9');
  expect(await broker.settle(orderId)).toMatchObject({
    orders: [{ status: 'partially_filled', filledQuantity: '4', averageFillPrice: '9' }],
    closed: false,
  });
  expect(await broker.balances(accountId)).toMatchObject({ cash: '904', heldCash: '60' });
  await broker.market.trade(orderId, '6', '10');
  expect(await broker.settle(orderId)).toMatchObject({
    orders: [{ status: 'filled', filledQuantity: '10', averageFillPrice: '9.6' }],
  });
  expect(await broker.balances(accountId)).toMatchObject({ cash: '904', heldCash: '0' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test.each([
  { how: 'canceled', reason: 'ioc_unfilled', status: 'canceled', close: 'ioc_unfilled' },
  { how: 'expired', reason: 'session_close', status: 'expired', close: 'session_close' },
  { how: 'rejected', reason: 'post_only_would_take', status: 'rejected', close: null },
] as const)('an order $how by the market gives back its hold', async (row) => {
  const { accountId, orderId } = await withOrder();
  const { market } = broker;
  if (row.how === 'canceled') await market.cancel(orderId, row.reason);
  else if (row.how === 'expired') await market.expire(orderId);
  else await market.reject(orderId, row.reason);
  expect(await broker.settle(orderId)).toMatchObject({
    orders: [{ status: row.status }],
    closed: true,
  });
  const rejected = row.how === 'rejected';
  expect(await broker.order(orderId)).toMatchObject({
    close_reason: row.close,
    reject_reason: rejected ? row.reason : null,
    reject_source: rejected ? 'market' : null,
  });
  expect(await broker.balances(accountId)).toMatchObject({ cash: '1000', heldCash: '0' });
  expect(await eventsOf(accountId)).toEqual(['accepted', row.status]);
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('a canceled rest keeps what is executed', async () => {
  const { accountId, orderId } = await withOrder();
  await broker.market.trade(orderId, '3', '10');
  await broker.market.cancel(orderId, 'insufficient_liquidity');
  expect(await broker.settle(orderId)).toMatchObject({
    orders: [{ status: 'canceled', quantity: '10', filledQuantity: '3' }],
  });
  expect(await broker.balances(accountId)).toMatchObject({
    cash: '970',
    heldCash: '0',
    shares: '3',
  });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('an elected stop is announced and stays what it was', async () => {
  const { accountId, orderId } = await withOrder();
  await broker.market.trigger(orderId);
  expect(await broker.settle(orderId)).toMatchObject({ orders: [{ status: 'new' }] });
  expect(await eventsOf(accountId)).toEqual(['accepted', 'triggered']);
});

test('a fill that overtook the cancel wins, and the late answer changes nothing', async () => {
  const { accountId, orderId } = await withOrder();
  await broker.market.trade(orderId, '10', '10');
  await broker.cancel(orderId);
  await broker.market.takeCommands();
  expect(await broker.settle(orderId)).toMatchObject({ orders: [{ status: 'filled' }] });
  expect(await transitionsOf(orderId)).toEqual([
    'none accept new',
    'new request_cancel pending_cancel',
    'pending_cancel fill filled',
  ]);
  expect(await eventsOf(accountId)).toEqual(['accepted', 'pending_cancel', 'filled']);
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('a sell pays out, and its realized profit is in the position', async () => {
  const { accountId, orderId } = await withOrder();
  await broker.market.trade(orderId, '10', '10');
  await broker.settle(orderId);
  const saleId = await broker.place(accountId, { side: 'sell', quantity: '4', limitPrice: '11' });
  await broker.market.takeCommands();
  await broker.market.trade(saleId, '4', '12');
  await broker.settle(saleId);
  expect(await broker.balances(accountId)).toEqual({
    cash: '948',
    heldCash: '0',
    shares: '6',
    heldShares: '0',
  });
  const [position] = await broker.db.selectFrom('positions').selectAll().execute();
  expect(position).toMatchObject({ quantity: '6.000000000', realized_pnl: '8.000000000000' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('the two sides of a trade settle apart and leave nothing in clearing', async () => {
  const seller = await broker.openAccount('1000');
  const owned = await broker.place(seller, { quantity: '5' });
  const buyer = await broker.openAccount('1000');
  const bought = await broker.place(buyer, { quantity: '5', limitPrice: '11' });
  await broker.market.takeCommands();
  await broker.market.trade(owned, '5', '10');
  await broker.settle(owned);
  const sold = await broker.place(seller, { side: 'sell', quantity: '5', limitPrice: '10.5' });
  await broker.market.takeCommands();
  await broker.market.cross(bought, sold, '5', '10.5');

  const clearing = async () =>
    broker.db
      .selectFrom('ledger_entries')
      .select(({ fn }) => ['unit', fn.sum<string>('amount').as('sum')])
      .where('account', '=', 'clearing:TEST')
      .groupBy('unit')
      .orderBy('unit')
      .execute();
  await broker.settle(bought);
  expect(await clearing()).toEqual([
    { unit: 'TEST', sum: '-5.000000000' },
    { unit: 'USD', sum: '52.500000000' },
  ]);
  await broker.settle(sold);
  expect(await clearing()).toEqual([
    { unit: 'TEST', sum: '0.000000000' },
    { unit: 'USD', sum: '0.000000000' },
  ]);
  expect(await broker.balances(buyer)).toMatchObject({ cash: '947.5', shares: '5' });
  expect(await broker.balances(seller)).toMatchObject({ cash: '1002.5', shares: '0' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('whoever calls books all orders of the account in the symbol, in book order', async () => {
  const { accountId, orderId } = await withOrder();
  const otherId = await broker.place(accountId, { quantity: '5' });
  await broker.market.takeCommands();
  await broker.market.trade(otherId, '5', '9');
  await broker.market.trade(orderId, '10', '10');
  await broker.settle(orderId);
  expect(await broker.order(otherId)).toMatchObject({ status: 'filled' });
  const fills = await broker.db
    .selectFrom('fills')
    .select(['order_id', 'position_quantity'])
    .orderBy('settlement_sequence')
    .execute();
  expect(fills).toEqual([
    { order_id: otherId, position_quantity: '5.000000000' },
    { order_id: orderId, position_quantity: '15.000000000' },
  ]);
});

test('roots that settle in one call are each told how they stand', async () => {
  const mine = await withOrder();
  const theirs = await withOrder();
  await broker.market.trade(theirs.orderId, '10', '9');
  const progress = await broker.settleTogether([mine.orderId, theirs.orderId]);
  expect(progress).toMatchObject([
    { orders: [{ orderId: mine.orderId, status: 'new' }], closed: false },
    { orders: [{ orderId: theirs.orderId, status: 'filled' }], closed: true },
  ]);
});

test('a repeat, alone or many at once, books nothing more', async () => {
  const { orderId } = await withOrder();
  await broker.market.trade(orderId, '4', '9');
  const answers = await Promise.all(Array.from({ length: SLOTS }, () => broker.settle(orderId)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const rows = await countRows(broker.db);
  const booked = await readBookedRows(broker.db);
  expect(await broker.settle(orderId)).toEqual(answers[0]);
  expect(await countRows(broker.db)).toEqual(rows);
  expect(await readBookedRows(broker.db)).toEqual(booked);
  expect(rows['fills']).toBe(1);
});

test('reports beyond what one transaction takes are booked by the same ring', async () => {
  const { orderId } = await withOrder();
  const total = LIMITS.reportsPerSettle + 5;
  await mapBounded(Array.from({ length: total }), 1, () =>
    broker.market.trade(orderId, '0.01', '10'),
  );
  const filled = async () => (await broker.settle(orderId)).orders[0]?.filledQuantity;
  expect(await filled()).toBe('2.05');
  expect(await broker.brokenInvariants({ quiescent: false })).toEqual([]);
});

describe('a crash at the commit', () => {
  // Fires when everything is written and before anything is durable.
  const failAtCommit = (statement: string) =>
    sql
      .raw(
        `create function fail() returns trigger language plpgsql as $$
         begin ${statement}; return null; end $$;
         create constraint trigger fail after insert on fills
           deferrable initially deferred for each row execute function fail()`,
      )
      .execute(broker.db);

  afterEach(() => sql`drop function fail cascade`.execute(broker.db));

  test.each([
    { what: 'the database refuses', statement: `raise exception 'disk full'` },
    { what: 'the connection breaks', statement: 'perform pg_terminate_backend(pg_backend_pid())' },
  ])('leaves nothing when $what, and the next try books it once', async ({ statement }) => {
    const { orderId } = await withOrder();
    await broker.market.trade(orderId, '10', '9');
    const before = await readBookedRows(broker.db);
    await failAtCommit(statement);
    await expect(broker.settle(orderId)).rejects.toThrow();
    expect(await readBookedRows(broker.db)).toEqual(before);
    await sql`drop trigger fail on fills`.execute(broker.db);
    expect(await broker.settle(orderId)).toMatchObject({ orders: [{ status: 'filled' }] });
    expect(await broker.brokenInvariants()).toEqual([]);
  });
});

describe('grouping', () => {
  const ACCOUNTS = ['a', 'b'].map((letter) => `00000000-0000-4000-8000-00000000000${letter}`);

  /** One thing the market does to one of the orders, if it is still open. */
  interface Turn {
    readonly order: number;
    readonly kind: 'trade' | 'cross' | 'commands' | 'cancel' | 'expire' | 'trigger';
    readonly percent: number;
  }
  const turn = (): fc.Arbitrary<Turn> =>
    fc.record({
      order: fc.nat(3),
      kind: fc.constantFrom('trade', 'trade', 'cross', 'commands', 'cancel', 'expire', 'trigger'),
      percent: fc.integer({ min: 1, max: 100 }),
    });

  /** Two buys and a sale, one of them with a replace and one with a cancel still on their way. */
  async function placeOrders(): Promise<string[]> {
    for (const accountId of ACCOUNTS) await broker.openAccount('1000', { accountId });
    const [first, second] = ACCOUNTS as [string, string];
    const place = (accountId: string, name: string, terms: Partial<OrderInstruction>) =>
      broker.place(accountId, { clientOrderId: name, quantity: '5', ...terms });
    const stock = await place(second, 'stock', { quantity: '20' });
    await broker.market.takeCommands();
    await broker.market.trade(stock, '20', '10');
    await broker.settle(stock);
    const orders = [
      await place(first, 'buy', {}),
      await place(first, 'replaced', {}),
      await place(second, 'sale', { side: 'sell', quantity: '10', limitPrice: '9' }),
      await place(first, 'canceled', {}),
    ];
    await broker.market.takeCommands();
    await broker.replace(orders[1]!, { clientOrderId: 'new terms', quantity: '7' });
    await broker.cancel(orders[3]!);
    return orders;
  }

  async function play(orders: readonly string[], { order, kind, percent }: Turn): Promise<void> {
    const { market } = broker;
    if (kind === 'commands') {
      await market.takeCommands(() => percent > 50);
      return;
    }
    const open = market.openOrders;
    const orderId = open[order % open.length];
    if (orderId === undefined) return;
    const leaves = market.leavesOf(orderId);
    const part = (of: bigint) => formatQuantity((of * BigInt(percent) + 99n) / 100n);
    if (kind === 'cancel') await market.cancel(orderId, 'self_trade_prevented');
    if (kind === 'expire') await market.expire(orderId);
    if (kind === 'trigger') await market.trigger(orderId);
    if (kind === 'trade') await market.trade(orderId, part(leaves), '9.5');
    const sale = orders[2]!;
    const offered = market.leavesOf(sale);
    if (kind !== 'cross' || orderId === sale || offered === 0n) return;
    await market.cross(orderId, sale, part(leaves < offered ? leaves : offered), '9.7');
  }

  /** @param settlesAfter - Which orders' workflows settle, in one call, after a turn. */
  async function run(turns: readonly Turn[], settlesAfter: (index: number) => readonly number[]) {
    await broker.reset({ takerFeePpm: 1_234, makerFeePpm: 567 });
    const orders = await placeOrders();
    for (const [index, one] of turns.entries()) {
      await play(orders, one);
      const settling = settlesAfter(index).map((place) => orders[place]!);
      if (settling.length > 0) await broker.settleTogether(settling);
    }
    for (const orderId of orders) await broker.settle(orderId);
    return readBookedRows(broker.db);
  }

  test('of the same reports in any batches gives the same rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn(), { minLength: 5, maxLength: 25 }),
        fc.array(fc.subarray([0, 1, 2, 3]), { minLength: 25, maxLength: 25 }),
        async (turns, groups) => {
          const atOnce = await run(turns, () => []);
          expect(await run(turns, (index) => groups[index] ?? [])).toEqual(atOnce);
          expect(await broker.brokenInvariants()).toEqual([]);
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);
});
