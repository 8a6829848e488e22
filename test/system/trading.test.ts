import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { orderWorkflowId, priceSignal } from '../../workflows/contract';
import { runEverfill, startTestStack, type TestStack } from '../harness/stack';
import { waitFor } from '../harness/wait-for';
import { withBankWatched } from './bank-watch';
import {
  acceptedOrder,
  type Broker,
  call,
  cancelOrder,
  describeOrder,
  expectInvariants,
  logOf,
  movePrice,
  openAccount,
  openBroker,
  type OrderRequest,
  placeOrder,
  steerFeed,
  type Trader,
  untilAnswered,
  waitForStatus,
} from './broker';
import { type MixedResult, tradeMixed } from './mixed-orders';

// Longer than the longest wait for rest, so that a failure tells what did not come true.
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

const buy = (more: Partial<OrderRequest> = {}): OrderRequest => ({
  symbol: 'SPY',
  qty: '1',
  side: 'buy',
  type: 'market',
  ...more,
});

test('a market order is filled within two seconds, and its workflow completes', async () => {
  const order = await acceptedOrder(broker, broker.demo, buy({ qty: '10' }));
  const filled = await waitForStatus(broker, broker.demo, order.id, ['filled'], 2_000);
  expect(filled).toMatchObject({ filled_qty: '10', status: 'filled' });
  const run = await waitFor('its workflow to complete', async () => {
    const description = await describeOrder(broker, order.id);
    return description.status.name === 'COMPLETED' && description;
  });
  expect(run.historyLength).toBeLessThanOrEqual(18);
  expect(await run.staticSummary()).toBe('BUY 10 SPY MKT DAY');
  await expectInvariants(broker, [order.id]);
});

describe('one client_order_id', () => {
  const far = buy({ type: 'limit', limit_price: '250', time_in_force: 'gtc' });

  test('fifty identical POSTs at once are one order and fifty equal answers', async () => {
    const order = { ...far, client_order_id: randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => placeOrder(broker, broker.demo, order)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const ids = new Set(answers.map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    const replayed = answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true');
    expect(replayed).toHaveLength(49);
    const [id = ''] = ids;
    expect((await cancelOrder(broker, broker.demo, id)).status).toBe(204);
    await waitForStatus(broker, broker.demo, id, ['canceled']);
    await expectInvariants(broker, [id]);
  });

  test('fifty POSTs at once that ask for different quantities are one order and 49 conflicts', async () => {
    const clientOrderId = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        placeOrder(broker, broker.demo, {
          ...far,
          qty: String(index + 1),
          client_order_id: clientOrderId,
        }),
      ),
    );
    const taken = answers.filter(({ status }) => status === 201);
    const conflicts = answers.filter(({ status }) => status === 409);
    expect([taken.length, conflicts.length]).toEqual([1, 49]);
    const id = taken[0]?.body.id ?? '';
    expect((await cancelOrder(broker, broker.demo, id)).status).toBe(204);
    await waitForStatus(broker, broker.demo, id, ['canceled']);
    await expectInvariants(broker, [id]);
  });
});

test('a cancel that races a fill a hundred times leaves exactly one winner each', async () => {
  const rounds = 5;
  const perRound = 20;
  const symbol = 'MSFT';
  const trader = await openAccount(broker, 'racer', '1000000');
  await steerFeed(broker, symbol, { action: 'pause' });
  const outcomes: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await movePrice(broker, symbol, '400.00');
    const orders = await Promise.all(
      Array.from({ length: perRound }, () =>
        acceptedOrder(
          broker,
          trader,
          buy({ symbol, type: 'limit', limit_price: '390', time_in_force: 'gtc' }),
        ),
      ),
    );
    const moved = movePrice(broker, symbol, '380.00');
    // The cancels are spread over the time the new price takes, so that some come before it,
    // some after it, and a few in the same step of the market.
    const cancels = orders.map(async ({ id }, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * 30));
      return (await untilAnswered(() => cancelOrder(broker, trader, id))).status;
    });
    const statuses = new Set(await Promise.all(cancels));
    await moved;
    // 422: the fill was booked before the cancel was asked for.
    for (const status of statuses) expect([204, 422]).toContain(status);
    for (const { id } of orders) {
      const closed = await waitForStatus(broker, trader, id, ['filled', 'canceled']);
      expect(closed.filled_qty).toBe(closed.status === 'filled' ? '1' : '0');
      outcomes.push(closed.status);
    }
  }
  expect(outcomes).toHaveLength(rounds * perRound);
  expect(new Set(outcomes)).toEqual(new Set(['filled', 'canceled']));
  await expectInvariants(broker);
  await steerFeed(broker, symbol, { action: 'resume' });
});

test('signals that come early, doubled and out of order change nothing', async () => {
  const symbol = 'AMZN';
  await steerFeed(broker, symbol, { action: 'pause' });
  await movePrice(broker, symbol, '180.00');
  const orders = await Promise.all(
    ['170', '160', '150'].map((limit_price) =>
      acceptedOrder(
        broker,
        broker.demo,
        buy({ symbol, type: 'limit', limit_price, time_in_force: 'gtc' }),
      ),
    ),
  );
  const ring = async (sequences: readonly number[]): Promise<void> => {
    for (const sequence of sequences) {
      const bell = { symbol, price: '1.00', sequence };
      await Promise.all(
        orders.map(({ id }) =>
          broker.temporal.workflow.getHandle(orderWorkflowId(id)).signal(priceSignal, bell),
        ),
      );
    }
  };
  await ring([900, 3, 3, 1, 2]);
  for (const { id } of orders) {
    expect(await waitForStatus(broker, broker.demo, id, ['new'])).toMatchObject({
      filled_qty: '0',
    });
  }
  await Promise.all([movePrice(broker, symbol, '155.00'), ring([2, 1, 1])]);
  for (const { id } of orders.slice(0, 2)) {
    await waitForStatus(broker, broker.demo, id, ['filled']);
  }
  const third = orders[2]?.id ?? '';
  expect((await cancelOrder(broker, broker.demo, third)).status).toBe(204);
  await waitForStatus(broker, broker.demo, third, ['canceled']);
  const { rows } = await sql<{ fills: string }>`select count(*) as fills from fills
    where order_id in (${sql.join(orders.map(({ id }) => id))})`.execute(broker.db);
  expect(rows).toEqual([{ fills: '2' }]);
  await expectInvariants(
    broker,
    orders.map(({ id }) => id),
  );
  await steerFeed(broker, symbol, { action: 'resume' });
});

test('a thousand mixed requests of twenty clients at once leave an exact broker', async () => {
  const clients = 20;
  const traders = await Promise.all(
    ['ann', 'ben', 'cem', 'dot'].map((name) => openAccount(broker, name, '1000000')),
  );
  const results: MixedResult[] = [];
  await withBankWatched(broker, async () => {
    const work = Array.from({ length: clients }, async (_, client) => {
      const trader = traders[client % traders.length] as Trader;
      results.push(await tradeMixed(broker, trader, 1 + client, 1_000 / clients));
    });
    await Promise.all(work);
  });
  // What it asks for is done (200, 201, 204) or refused (400, 422); nothing fails.
  const surprises = results.flatMap((result) => result.surprises);
  expect(surprises.map((surprise) => [surprise, logOf(stack, surprise.body)])).toEqual([]);
  const acknowledgedIds = results.flatMap((result) => result.acknowledgedIds);
  expect(acknowledgedIds.length).toBeGreaterThan(300);
  await expectInvariants(broker, acknowledgedIds);

  await Promise.all(traders.map((trader) => call(broker, trader, 'DELETE', '/orders')));
  await waitFor('every order to be closed', async () => {
    const { rows } = await sql<{ open: string }>`select count(*) as open from orders
      where closed_at is null`.execute(broker.db);
    if (rows[0]?.open === '0') return true;
    throw new Error(`${rows[0]?.open ?? '?'} are open`);
  });
  const { rows: held } = await sql`select account, unit, balance from ledger_balances
    where account like '%:held' and balance <> 0`.execute(broker.db);
  expect(held).toEqual([]);
  await expectInvariants(broker, acknowledgedIds);
}, 600_000);

test('every history of all that replays, the longest first', async () => {
  const { code, stdout } = await runEverfill(['replay', '--longest', '1000'], {
    EVERFILL_HOME: stack.home.folder,
    TEMPORAL_ADDRESS: '',
  });
  expect(stdout.split('\n').filter((line) => line.startsWith('BROKEN'))).toEqual([]);
  expect(code).toBe(0);
  const orders = stdout.split('\n').filter((line) => line.startsWith('ok      order:'));
  expect(orders.length).toBeGreaterThan(300);
}, 300_000);
