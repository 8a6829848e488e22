import { sql } from 'kysely';
import { orderWorkflowId } from '../../workflows/contract';
import { startTestStack, type TestStack } from '../harness/stack';
import { waitFor } from '../harness/wait-for';
import { withBankWatched } from './bank-watch';
import {
  acceptedOrder,
  type Broker,
  cancelOrder,
  describeOrder,
  expectInvariants,
  getOrder,
  movePrice,
  openAccount,
  openBroker,
  type OrderAnswer,
  type OrderRequest,
  placeOrder,
  reconcileNow,
  steerFeed,
  type Trader,
  waitForStatus,
} from './broker';

const RECOVERY_MS = 30_000;

/** The money is summed up all the time while the fault is on. */
function testUnderWatch(title: string, body: () => Promise<void>): void {
  test(title, () => withBankWatched(broker, body));
}

// Longer than the longest wait for rest, so that a failure tells what did not come true.
jest.setTimeout(240_000);

let stack: TestStack;
let broker: Broker;
let trader: Trader;

beforeAll(async () => {
  stack = await startTestStack();
  broker = openBroker(stack);
  trader = await openAccount(broker, 'unlucky', '1000000');
}, 120_000);

afterAll(async () => {
  await broker.close();
  await stack.remove();
}, 60_000);

interface Market {
  readonly symbol: string;
  readonly above: string;
  readonly limit: string;
  readonly below: string;
}

const SPY: Market = { symbol: 'SPY', above: '400.00', limit: '390', below: '380.00' };
const TSLA: Market = { symbol: 'TSLA', above: '250.00', limit: '240', below: '230.00' };

/** Orders that rest below a price that stands still. */
async function restingOrders(market: Market, count: number): Promise<OrderAnswer[]> {
  await steerFeed(broker, market.symbol, { action: 'pause' });
  await movePrice(broker, market.symbol, market.above);
  return Promise.all(
    Array.from({ length: count }, () => acceptedOrder(broker, trader, bid(market))),
  );
}

const bid = ({ symbol, limit }: Market): OrderRequest => ({
  symbol,
  qty: '1',
  side: 'buy',
  type: 'limit',
  limit_price: limit,
  time_in_force: 'gtc',
});

const idsOf = (orders: readonly OrderAnswer[]): string[] => orders.map(({ id }) => id);

/** As an impatient client: asks again while the answer is that something is away. */
async function cancelInTheEnd(id: string): Promise<number> {
  return waitFor(
    `the cancel of ${id} to be answered`,
    async () => {
      const { status } = await cancelOrder(broker, trader, id);
      return status !== 503 && status;
    },
    RECOVERY_MS,
  );
}

describe('a workflow terminated in the UI', () => {
  const terminate = (id: string) =>
    broker.temporal.workflow.getHandle(orderWorkflowId(id)).terminate('by hand');
  /** Reconciliation leaves the youngest alone; a test does not wait for that minute. */
  const growOld = async (id: string): Promise<void> => {
    await sql`update orders set accepted_at = accepted_at - interval '2 minutes'
      where order_id = ${id}`.execute(broker.db);
    await sql`update execution_reports set created_at = created_at - interval '2 minutes'
      where order_id = ${id}`.execute(broker.db);
  };

  testUnderWatch('is resumed, and its order canceled, by the next reconciliation', async () => {
    const [order] = await restingOrders(SPY, 1);
    const id = order?.id ?? '';
    await terminate(id);
    await growOld(id);
    await reconcileNow(broker);
    await waitForStatus(broker, trader, id, ['canceled']);
    const run = await waitFor('the new run to end', async () => {
      const description = await describeOrder(broker, id);
      return description.status.name === 'COMPLETED' && description;
    });
    expect(await run.staticSummary()).toBe('BUY 1 SPY @ 390.00 LMT GTC');
    await expectInvariants(broker, [id]);
  });

  testUnderWatch('with a fill in flight is resumed, and its order stays filled', async () => {
    const [order] = await restingOrders(SPY, 1);
    const id = order?.id ?? '';
    await terminate(id);
    await movePrice(broker, SPY.symbol, SPY.below);
    expect(await getOrder(broker, trader, id)).toMatchObject({ status: 'new', filled_qty: '0' });
    await growOld(id);
    await reconcileNow(broker);
    await waitForStatus(broker, trader, id, ['filled']);
    await expectInvariants(broker, [id]);
  });

  testUnderWatch('is not missed when the book answers a cancel after the close', async () => {
    const [order] = await restingOrders(SPY, 1);
    const id = order?.id ?? '';
    await movePrice(broker, SPY.symbol, SPY.below);
    await waitForStatus(broker, trader, id, ['filled']);
    await waitFor('its workflow to end', async () => {
      return (await describeOrder(broker, id)).status.name === 'COMPLETED';
    });
    await sql`insert into market_commands (symbol, order_id, kind)
      values (${SPY.symbol}, ${id}, 'cancel')`.execute(broker.db);
    await waitFor('the late answer', async () => {
      const { rows } = await sql`select from execution_reports
        where order_id = ${id} and kind = 'cancel_rejected'`.execute(broker.db);
      return rows.length > 0;
    });
    await growOld(id);
    await reconcileNow(broker);
    await expectInvariants(broker, [id]);
    expect(await getOrder(broker, trader, id)).toMatchObject({ status: 'filled' });
  });
});

testUnderWatch('the order-worker, killed with orders open, loses and doubles nothing', async () => {
  const orders = await restingOrders(TSLA, 20);
  stack.kill('order-worker');
  // Nobody serves orders now: the market moves on, and clients go on asking.
  const moved = movePrice(broker, TSLA.symbol, TSLA.below);
  const late = placeOrder(broker, trader, { ...bid(TSLA), client_order_id: 'while-killed' });
  const cancels = idsOf(orders.slice(0, 5)).map(cancelInTheEnd);
  await moved;
  for (const status of await Promise.all(cancels)) expect([204, 422]).toContain(status);
  for (const { id } of orders) {
    await waitForStatus(broker, trader, id, ['filled', 'canceled'], RECOVERY_MS);
  }
  expect([201, 503]).toContain((await late).status);
  const again = await waitFor(
    'the same POST to be answered',
    async () => {
      const answer = await placeOrder(broker, trader, {
        ...bid(TSLA),
        client_order_id: 'while-killed',
      });
      return answer.status !== 503 && answer;
    },
    RECOVERY_MS,
  );
  // Its own deadline decides whether an order that nobody could judge in time is still taken.
  expect([201, 422]).toContain(again.status);
  if (again.status === 201) await waitForStatus(broker, trader, again.body.id, ['filled']);
  await stack.waitReady();
  await expectInvariants(broker, idsOf(orders));
});

testUnderWatch(
  'the feed-worker, killed while a price crosses twenty orders, fills each once',
  async () => {
    const orders = await restingOrders(TSLA, 20);
    await steerFeed(broker, TSLA.symbol, { action: 'set_price', price: TSLA.below });
    stack.kill('feed-worker');
    for (const { id } of orders) {
      expect(await waitForStatus(broker, trader, id, ['filled'], RECOVERY_MS)).toMatchObject({
        filled_qty: '1',
      });
    }
    await stack.waitReady();
    await expectInvariants(broker, idsOf(orders));
  },
);

testUnderWatch('the Temporal server, killed with orders open, continues on its file', async () => {
  const orders = await restingOrders(SPY, 20);
  const killed = stack.endpoints().pids['temporal'];
  stack.kill('temporal');
  const during = await placeOrder(broker, trader, { ...bid(SPY), client_order_id: 'no-engine' });
  if (during.status !== 201) {
    expect(during.status).toBe(503);
    expect(during.headers.get('retry-after')).not.toBeNull();
  }
  await waitFor('another Temporal server', () => stack.endpoints().pids['temporal'] !== killed);
  await stack.waitReady();
  const again = await waitFor(
    'the same POST to be answered',
    async () => {
      const answer = await placeOrder(broker, trader, {
        ...bid(SPY),
        client_order_id: 'no-engine',
      });
      return answer.status !== 503 && answer;
    },
    RECOVERY_MS,
  );
  expect([201, 422]).toContain(again.status);
  await movePrice(broker, SPY.symbol, SPY.below);
  for (const { id } of orders) {
    await waitForStatus(broker, trader, id, ['filled'], RECOVERY_MS);
  }
  if (again.status === 201) await waitForStatus(broker, trader, again.body.id, ['filled']);
  await expectInvariants(broker, idsOf(orders));
});

testUnderWatch('Postgres, killed with orders open, comes back with every cent', async () => {
  const orders = await restingOrders(TSLA, 20);
  await steerFeed(broker, TSLA.symbol, { action: 'set_price', price: TSLA.below });
  const killed = stack.endpoints().pids['postgres'];
  stack.kill('postgres');
  await waitFor('another Postgres', () => stack.endpoints().pids['postgres'] !== killed);
  await stack.waitReady();
  for (const { id } of orders) {
    await waitForStatus(broker, trader, id, ['filled'], RECOVERY_MS);
  }
  await expectInvariants(broker, idsOf(orders));
});
