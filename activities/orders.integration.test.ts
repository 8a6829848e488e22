import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { Registry } from 'prom-client';
import { createLogger } from '../platform/logger';
import { waitFor } from '../test/harness/wait-for';
import {
  anInstruction,
  aReplaceRequest,
  type Broker,
  createBroker,
  SYMBOL,
} from '../test/orders/broker';
import { createOrderMetrics } from './order-metrics';
import { createOrderActivities, type OrderActivities } from './orders';

let broker: Broker;
let registry: Registry;
let rung: string[];
let published: string[];
let steps: OrderActivities;

beforeAll(async () => {
  broker = await createBroker();
});

beforeEach(async () => {
  await broker.reset();
  registry = new Registry();
  rung = [];
  published = [];
  steps = createOrderActivities({
    db: broker.db,
    commands: { ring: (symbol) => rung.push(symbol), close: () => Promise.resolve() },
    publisher: {
      publish(accountId) {
        published.push(accountId);
        return Promise.reject(new Error('nobody listens'));
      },
    },
    metrics: createOrderMetrics(registry),
    logger: createLogger('orders-test', 'silent'),
  });
});

afterAll(() => broker.close());

const rootOf = (accountId: string, rootId: string) => ({ rootId, accountId, symbol: SYMBOL });

async function failureOf(work: Promise<unknown>): Promise<ApplicationFailure> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw error;
}

/** The samples of a counter by their labels, those of zero left out. */
async function samplesOf(name: string): Promise<Record<string, number>> {
  const metric = await registry.getSingleMetric(name)?.get();
  const values = (metric?.values ?? []).filter(({ value }) => value > 0);
  return Object.fromEntries(
    values.map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
}

test('an accepted order wakes its market, is announced and counted, once', async () => {
  const accountId = await broker.openAccount('1000');
  const order = anInstruction(accountId);
  const opening = await steps.acceptOrder(order);
  expect(opening.verdict.status).toBe('new');
  expect(rung).toEqual([SYMBOL]);
  // Announced after the answer: a publisher that fails is the relay's affair.
  await waitFor('the account to be announced', () => published.includes(accountId));
  expect(await steps.acceptOrder(order)).toEqual(opening);
  expect(await samplesOf('orders_created_total')).toEqual({ 'buy limit': 1 });
});

test('a settlement is announced to whoever follows the account', async () => {
  const accountId = await broker.openAccount('1000');
  const orderId = await broker.place(accountId);
  await steps.settleExecutions(rootOf(accountId, orderId));
  expect(published).toEqual([]);
  await waitFor('the account to be announced', () => published.includes(accountId));
});

test('a rejected order is a result, counted by its reason, and no market hears of it', async () => {
  const accountId = await broker.openAccount('1000');
  const { verdict } = await steps.acceptOrder(anInstruction(accountId, { quantity: '101' }));
  expect(verdict.rejectReason).toBe('insufficient_buying_power');
  expect(rung).toEqual([]);
  expect(await samplesOf('orders_rejected_total')).toEqual({ insufficient_buying_power: 1 });
});

test('a refusal fails for good and without noise, with its data', async () => {
  const accountId = await broker.openAccount('1000');
  const orderId = await broker.place(accountId, { quantity: '101' });
  const failure = await failureOf(steps.requestCancel({ ...rootOf(accountId, orderId), orderId }));
  expect(failure).toMatchObject({
    type: 'order_not_cancelable',
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
    details: [{ status: 'rejected' }],
  });
  expect(await samplesOf('worker_errors_total')).toEqual({});
});

test('what is no refusal is thrown as it is, to be retried, and counted', async () => {
  const nobody = '00000000-0000-4000-8000-0000000000ff';
  await expect(steps.acceptOrder(anInstruction(nobody))).rejects.toThrow(`no account ${nobody}`);
  expect(await samplesOf('worker_errors_total')).toEqual({ acceptOrder: 1 });
});

test('orders of many accounts at once are each decided, and no account is overdrawn', async () => {
  const accounts = await Promise.all(Array.from({ length: 20 }, () => broker.openAccount('500')));
  const orders = Array.from({ length: 200 }, (_, index) =>
    anInstruction(accounts[index % accounts.length]!),
  );
  const openings = await Promise.all(orders.map((order) => steps.acceptOrder(order)));
  expect(openings.map(({ verdict }) => verdict.orderId)).toEqual(
    orders.map(({ orderId }) => orderId),
  );
  // Each account pays for five of its ten.
  expect(openings.filter(({ verdict }) => verdict.status === 'new')).toHaveLength(100);
  for (const accountId of accounts) {
    expect(await broker.balances(accountId)).toMatchObject({ cash: '0', heldCash: '500' });
  }
  expect(await broker.brokenInvariants()).toEqual([]);
});

test('an order that fails does not fail those it shares a transaction with', async () => {
  const nobody = '00000000-0000-4000-8000-0000000000ff';
  const taken = await broker.openAccount('1000');
  const old = await broker.place(taken);
  await broker.market.takeCommands();
  await broker.replace(old, { ...aReplaceRequest(old), clientOrderId: 'taken', quantity: '5' });
  const others = await Promise.all(Array.from({ length: 6 }, () => broker.openAccount('1000')));
  const outcomes = await Promise.allSettled([
    ...others.slice(0, 3).map((accountId) => steps.acceptOrder(anInstruction(accountId))),
    steps.acceptOrder(anInstruction(nobody)),
    steps.acceptOrder(anInstruction(taken, { clientOrderId: 'taken' })),
    ...others.slice(3).map((accountId) => steps.acceptOrder(anInstruction(accountId))),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  const [, conflict] = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
  );
  expect(conflict).toMatchObject({ type: 'client_order_id_conflict', nonRetryable: true });
});

test('a report that cannot be booked stops its own account and no other', async () => {
  const bad = await broker.openAccount('1000');
  const good = await broker.openAccount('1000');
  const [badOrder, goodOrder] = [await broker.place(bad), await broker.place(good)];
  await broker.market.takeCommands();
  await broker.market.trade(badOrder, '10', '10');
  await broker.market.trade(goodOrder, '10', '10');
  // Says that something is left open of an order that is executed.
  await broker.db
    .updateTable('execution_reports')
    .set({ leaves: '1' })
    .where('order_id', '=', badOrder)
    .execute();
  const outcomes = await Promise.allSettled([
    steps.settleExecutions(rootOf(bad, badOrder)),
    steps.settleExecutions(rootOf(good, goodOrder)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect((await broker.order(badOrder)).status).toBe('new');
  expect((await broker.order(goodOrder)).status).toBe('filled');
});

test('fills are counted when they are booked, with their latency', async () => {
  const accountId = await broker.openAccount('1000');
  const orderId = await broker.place(accountId);
  await broker.market.takeCommands();
  await broker.market.trade(orderId, '4', '10');
  await broker.market.trade(orderId, '6', '10');
  const root = rootOf(accountId, orderId);
  await Promise.all([steps.settleExecutions(root), steps.settleExecutions(root)]);
  expect(await samplesOf('orders_filled_total')).toEqual({ '': 1 });
  const latency = await registry.getMetricsAsJSON();
  const histogram = latency.find(({ name }) => name === 'order_fill_latency_seconds');
  expect(JSON.stringify(histogram)).toContain(
    '"value":2,"metricName":"order_fill_latency_seconds_count"',
  );
});

test('a root that is taken up again is first booked up to date', async () => {
  const accountId = await broker.openAccount('1000');
  const orderId = await broker.place(accountId);
  await broker.market.takeCommands();
  await broker.market.trade(orderId, '10', '10');
  const opening = await steps.resumeOrder(rootOf(accountId, orderId));
  expect(opening).toMatchObject({ verdict: { status: 'filled' }, progress: { closed: true } });
});
