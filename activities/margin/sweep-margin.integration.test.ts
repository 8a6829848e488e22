import { Registry } from 'prom-client';
import { createLogger } from '../../platform/logger';
import { acceptOrder, type Broker, createBroker, SYMBOL } from '../../test/orders/broker';
import type { OrderInstruction } from '../../workflows/contract';
import { beginDays } from './begin-days';
import { createMarginMetrics, sweepMargin } from './sweep-margin';

const MARGIN = { multiplier: 2, shortingEnabled: true } as const;

let broker: Broker;
let placed: OrderInstruction[] = [];
beforeAll(async () => {
  broker = await createBroker();
});
beforeEach(async () => {
  await broker.reset({ shortable: true });
  placed = [];
});
afterAll(() => broker.close());

/** As the platform worker does it, but the order is accepted here instead of by a workflow. */
const sweep = () =>
  sweepMargin({
    db: broker.db,
    startOrder: async (order) => {
      placed.push(order);
      await acceptOrder(broker.db, order);
    },
    metrics: createMarginMetrics(new Registry()),
    logger: createLogger('margin-test', 'silent'),
  });

const setPrice = (print: string) =>
  broker.db
    .updateTable('feed_cursors')
    .set({ print, bid_price: print, ask_price: print })
    .execute();

async function trade(orderId: string, quantity: string, price: string): Promise<void> {
  await broker.market.takeCommands();
  await broker.market.trade(orderId, quantity, price);
  await broker.settle(orderId);
}

/** 1,000.00 of equity in 200 shares at 10.00: as much as it may. */
async function leveraged(): Promise<string> {
  const accountId = await broker.openAccount('1000', MARGIN);
  await trade(await broker.place(accountId, { quantity: '200', limitPrice: '10' }), '200', '10');
  return accountId;
}

const stateOf = async (accountId: string) => {
  const { margin_call_id } = await broker.db
    .selectFrom('accounts')
    .select('margin_call_id')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return margin_call_id === null ? 'free' : 'called';
};

test('an account in order is left alone', async () => {
  const accountId = await leveraged();
  await setPrice('7.15');
  expect(await sweep()).toBe(0);
  expect(await stateOf(accountId)).toBe('free');
});

test('a fall below maintenance is called, reduced by a real order and ends covered', async () => {
  const accountId = await leveraged();
  // 200 x 7.00 - 1,000 = 400, and 30 % of 1,400 is 420.
  await setPrice('7');
  expect(await sweep()).toBe(1);
  expect(await stateOf(accountId)).toBe('called');
  const [forced] = placed;
  // 20 x 1.05 / 0.3 = 70 of value: ten shares.
  expect(forced).toMatchObject({ symbol: SYMBOL, side: 'sell', type: 'market', quantity: '10' });

  // Other processes and later looks find the round under way.
  expect(await sweep()).toBe(1);
  expect(placed).toHaveLength(1);

  await trade(forced!.orderId, '10', '7');
  expect(await sweep()).toBe(0);
  expect(await stateOf(accountId)).toBe('free');
  const events = await broker.db
    .selectFrom('events')
    .select(['type', 'data'])
    .where('type', 'like', 'everfill.account.%')
    .orderBy('sequence')
    .execute();
  expect(events.map(({ type }) => type)).toEqual([
    'everfill.account.margin_call_opened.v1',
    'everfill.account.margin_call_closed.v1',
  ]);
  expect(events[0]?.data).toMatchObject({ equity: '400', maintenance_requirement: '420' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('a debt is called although its owner has capped the multiplier since', async () => {
  const accountId = await leveraged();
  await broker.db
    .insertInto('account_configurations')
    .values({ account_id: accountId, max_margin_multiplier: 1, suspend_trade: true })
    .execute();
  await setPrice('7');
  expect(await sweep()).toBe(1);
  expect(placed).toMatchObject([{ side: 'sell', quantity: '10' }]);
  expect((await broker.order(placed[0]!.orderId)).status).toBe('new');
});

test('what an open order holds is canceled first, and sold then', async () => {
  const accountId = await leveraged();
  const resting = await broker.place(accountId, {
    side: 'sell',
    quantity: '200',
    limitPrice: '12',
  });
  await broker.market.takeCommands();
  await setPrice('7');
  await sweep();
  expect(placed).toEqual([]);
  expect((await broker.order(resting)).status).toBe('pending_cancel');
  await sweep();
  expect(placed).toEqual([]);
  await broker.market.takeCommands();
  await broker.settle(resting);
  await sweep();
  expect(placed).toHaveLength(1);
  expect((await broker.order(placed[0]!.orderId)).status).toBe('new');
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('a short that rises is bought back, beyond what its equity would pay', async () => {
  const accountId = await broker.openAccount('1000', MARGIN);
  const sale = { side: 'sell', quantity: '150', limitPrice: '10' } as const;
  await trade(await broker.place(accountId, sale), '150', '10');
  await setPrice('17');
  await sweep();
  // 2,500 of cash against 2,550 to buy back: all of it goes.
  expect(placed).toMatchObject([{ side: 'buy', quantity: '150', forced: true }]);
  expect((await broker.order(placed[0]!.orderId)).status).toBe('new');
  await trade(placed[0]!.orderId, '150', '17');
  expect(await sweep()).toBe(0);
  expect(await broker.balances(accountId)).toMatchObject({ cash: '-50', shares: '0' });
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('a price that comes back ends the call without a trade', async () => {
  const accountId = await leveraged();
  await broker.db.updateTable('accounts').set({ trading_state: 'HALTED' }).execute();
  await setPrice('7');
  expect(await sweep()).toBe(1);
  expect(placed).toEqual([]);
  await setPrice('8');
  expect(await sweep()).toBe(0);
  expect(await stateOf(accountId)).toBe('free');
});

test('a round that came to nothing is followed by another one, later', async () => {
  await leveraged();
  await setPrice('7');
  await sweep();
  const [first] = placed;
  await broker.market.takeCommands();
  await broker.market.expire(first!.orderId);
  await broker.settle(first!.orderId);
  await sweep();
  expect(placed).toHaveLength(1);
  await broker.db.updateTable('orders').set({ accepted_at: '2026-01-01T00:00:00Z' }).execute();
  await sweep();
  expect(placed.map(({ clientOrderId }) => clientOrderId.split(':').slice(2).join(':'))).toEqual([
    `${SYMBOL}:1`,
    `${SYMBOL}:2`,
  ]);
});

test('looks at once from several processes open one call and place one order', async () => {
  await leveraged();
  await setPrice('7');
  await Promise.all([sweep(), sweep(), sweep(), sweep()]);
  const calls = await broker.db.selectFrom('margin_calls').selectAll().execute();
  expect(calls).toHaveLength(1);
  expect(new Set(placed.map(({ orderId }) => orderId)).size).toBe(1);
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('the day begins once, with what the account is worth', async () => {
  const accountId = await leveraged();
  await setPrice('9');
  expect(await beginDays(broker.db, 10)).toBe(1);
  await setPrice('8');
  expect(await beginDays(broker.db, 10)).toBe(0);
  expect(await broker.db.selectFrom('account_days').selectAll().execute()).toMatchObject([
    { account_id: accountId, epoch: 1, equity: '800.0000' },
  ]);
});
