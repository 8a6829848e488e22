import { randomUUID } from 'node:crypto';
import { startTestStack, type TestStack } from '../harness/stack';
import { waitFor } from '../harness/wait-for';
import {
  acceptedOrder,
  type Broker,
  call,
  expectInvariants,
  movePrice,
  openBroker,
  type OrderAnswer,
  placeOrder,
  steerFeed,
  type Trader,
  waitForStatus,
} from './broker';

jest.setTimeout(240_000);

let stack: TestStack;
let broker: Broker;

beforeAll(async () => {
  stack = await startTestStack();
  broker = openBroker(stack);
}, 120_000);

afterAll(async () => {
  await broker.close();
  await stack.remove();
}, 60_000);

async function openMarginAccount(): Promise<Trader> {
  const { body } = await call<{
    account_id: string;
    key: { api_key_id: string; api_secret_key: string };
  }>(broker, broker.demo, 'POST', '/admin/accounts', {
    name: 'margin',
    cash: '100000',
    multiplier: 2,
    shorting_enabled: true,
  });
  const { api_key_id: keyId, api_secret_key: secret } = body.key;
  return { accountId: body.account_id, keyId, secret };
}

test('a leveraged account that falls is reduced by real orders until it is covered', async () => {
  const trader = await openMarginAccount();
  await steerFeed(broker, 'AMZN', { action: 'pause' });
  await movePrice(broker, 'AMZN', '100.00');
  const order = { symbol: 'AMZN', side: 'buy', type: 'limit', limit_price: '101.00' } as const;
  const bought = await acceptedOrder(broker, trader, { ...order, qty: '1900' });
  await waitForStatus(broker, trader, bought.id, ['filled'], 60_000);

  await movePrice(broker, 'AMZN', '66.00');
  const forced = await waitFor('a forced order to be filled', async () => {
    const { body } = await call<OrderAnswer[]>(broker, trader, 'GET', '/orders?status=closed');
    return body.find((one) => one.client_order_id.startsWith('margin-call:'));
  });
  expect(forced).toMatchObject({ side: 'sell', symbol: 'AMZN' });
  await waitFor('the margin call to end', async () => {
    const account = await broker.db
      .selectFrom('accounts')
      .select('margin_call_id')
      .where('account_id', '=', trader.accountId)
      .executeTakeFirst();
    return account?.margin_call_id === null;
  });
  const calls = await broker.db.selectFrom('margin_calls').selectAll().execute();
  expect(calls.length).toBeGreaterThan(0);
  expect(calls.every(({ closed_at }) => closed_at !== null)).toBe(true);
  await expectInvariants(broker, [bought.id]);
});

test('orders for the open and the close are taken at any hour and wait', async () => {
  for (const time_in_force of ['opg', 'cls'] as const) {
    const { status, body } = await placeOrder(broker, broker.demo, {
      symbol: 'MSFT',
      qty: '1',
      side: 'buy',
      type: 'market',
      time_in_force,
      client_order_id: randomUUID(),
    });
    expect([status, body.status]).toEqual([201, 'accepted']);
    const path = `/orders/${body.id}`;
    expect((await call(broker, broker.demo, 'DELETE', path)).status).toBe(204);
    await waitForStatus(broker, broker.demo, body.id, ['canceled'], 30_000);
  }
});

test('a circuit breaker halts on a price that jumps, and an operator lifts it', async () => {
  const breaker = { move_percent: 5, window_seconds: 3_600, halt_seconds: 3_600 };
  const path = '/admin/feed/TSLA';
  await call(broker, broker.demo, 'POST', path, { action: 'set_breaker', breaker });
  const haltedNow = async () => {
    const { halted } = await broker.db
      .selectFrom('feed_cursors')
      .select('halted')
      .where('symbol', '=', 'TSLA')
      .executeTakeFirstOrThrow();
    return halted;
  };
  // One tick at the old price first, so that there is something to jump from.
  await waitForStatus(
    broker,
    broker.demo,
    (
      await acceptedOrder(broker, broker.demo, {
        symbol: 'TSLA',
        qty: '1',
        side: 'buy',
        type: 'market',
      })
    ).id,
    ['filled'],
    30_000,
  );
  await steerFeed(broker, 'TSLA', { action: 'set_price', price: '400.00' });
  await waitFor('the halt', haltedNow);
  const fok = {
    symbol: 'TSLA',
    qty: '1',
    side: 'buy',
    type: 'market',
    time_in_force: 'fok',
  } as const;
  expect((await placeOrder(broker, broker.demo, fok)).body.reason).toBe('symbol_halted');
  await steerFeed(broker, 'TSLA', { action: 'unhalt' });
  await waitFor('the end of the halt', async () => !(await haltedNow()));
});
