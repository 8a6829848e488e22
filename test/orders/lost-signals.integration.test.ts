/**
 * Signals are only doorbells. Here a test is the bell-ringer: real order workflows run on a real
 * engine over real rows, the market's reports come from a script, and each signal is lost, doubled
 * or late as the test says.
 */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createBellRinger } from '../../activities/bell-ringer';
import { createOrderMetrics } from '../../activities/order-metrics';
import { createOrderActivities } from '../../activities/orders';
import { createPublisher } from '../../activities/publish-events';
import { findReportedIn, ToldReports } from '../../activities/market-session/told-reports';
import { ringLingering } from '../../activities/reconcile/ring-lingering';
import { createRingAgain } from '../../activities/ring-again';
import { createRingSchedule } from '../../activities/ring-schedule';
import { createSignalSender } from '../../activities/signal-sender';
import { createTemporalClient } from '../../platform/temporal';
import { orderWorkflowId, priceSignal } from '../../workflows/contract';
import { waitFor } from '../harness/wait-for';
import { anInstruction, type Broker, createBroker, SYMBOL } from './broker';

Runtime.install({ logger: new DefaultLogger('ERROR') });

const taskQueue = `orders-${randomUUID()}`;

let broker: Broker;
let temporal: Client;
let connection: NativeConnection;
let worker: Worker;
let ended: Promise<void>;
let accountId: string;

beforeAll(async () => {
  const address = process.env['EVERFILL_TEST_TEMPORAL_ADDRESS'] ?? '';
  broker = await createBroker();
  temporal = createTemporalClient({ address, namespace: 'default', identity: 'test' });
  connection = await NativeConnection.connect({ address });
  worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: require.resolve('../../workflows/bundles/orders'),
    activities: createOrderActivities({
      db: broker.db,
      commands: { ring: () => undefined, close: () => Promise.resolve() },
      publisher: createPublisher(broker.db, {
        publish: () => Promise.resolve(),
        committed: () => undefined,
      }),
      metrics: createOrderMetrics(new Registry()),
      logger: pino({ level: 'silent' }),
    }),
  });
  ended = worker.run();
}, 60_000);

afterAll(async () => {
  worker.shutdown();
  await ended;
  await connection.close();
  await temporal.connection.close();
  await broker.close();
});

beforeEach(async () => {
  await broker.reset();
  accountId = await broker.openAccount('100000');
});

/** A run of an order to buy 10 that rests in the market. */
async function restingOrder(): Promise<string> {
  const instruction = anInstruction(accountId);
  await temporal.workflow.start('orderWorkflow', {
    workflowId: orderWorkflowId(instruction.orderId),
    taskQueue,
    args: [{ mode: 'place', order: instruction }],
  });
  await waitFor('the market to be told of the order', async () => {
    return (await broker.market.takeCommands()) > 0;
  });
  return instruction.orderId;
}

async function ring(orderId: string, sequence: number): Promise<void> {
  const bell = { symbol: SYMBOL, price: '10', sequence };
  await temporal.workflow.getHandle(orderWorkflowId(orderId)).signal(priceSignal, bell);
}

const resultOf = (orderId: string): Promise<unknown> =>
  temporal.workflow.getHandle(orderWorkflowId(orderId)).result();

async function isRunning(orderId: string): Promise<boolean> {
  const run = await temporal.workflow.getHandle(orderWorkflowId(orderId)).describe();
  return run.status.name === 'RUNNING';
}

async function expectExact(): Promise<void> {
  expect(await broker.brokenInvariants()).toEqual([]);
}

test('a lost signal is made good by the next one, whatever it tells', async () => {
  const id = await restingOrder();
  await broker.market.trade(id, '4', '10');
  await broker.market.trade(id, '6', '9.5');
  // The first signal never came, and the second one has the number of something else.
  await ring(id, 77);
  expect(await resultOf(id)).toMatchObject({ status: 'filled', filledQuantity: '10' });
  await expectExact();
});

test('signals that come before there is anything to tell, and ten times after, book once', async () => {
  const id = await restingOrder();
  for (const sequence of [3, 2, 1]) await ring(id, sequence);
  await broker.market.trade(id, '4', '10');
  await Promise.all(Array.from({ length: 10 }, () => ring(id, 1)));
  await waitFor('the first fill', async () => {
    return (await broker.order(id)).filled_quantity === '4.000000000';
  });
  expect(await isRunning(id)).toBe(true);
  await broker.market.trade(id, '6', '10');
  await ring(id, 1);
  expect(await resultOf(id)).toMatchObject({ status: 'filled', filledQuantity: '10' });
  await expectExact();
});

test('an order whose signals are all lost is rung again because its reports wait', async () => {
  const id = await restingOrder();
  await broker.market.trade(id, '10', '10');
  const send = createSignalSender(temporal);
  const ringer = createBellRinger({ send, inFlight: 4, capacity: 10, onError: fail });
  const ringAgain = createRingAgain({
    db: broker.db,
    ringer,
    schedule: createRingSchedule({ firstMs: 10_000, maximumMs: 60_000, perSecond: 10 }),
    now: () => performance.now(),
  });
  expect(await ringAgain.sweep({ symbol: null, olderThanMs: 0 })).toBe(1);
  expect(await resultOf(id)).toMatchObject({ status: 'filled' });
  await expectExact();
});

describe('an order that another one settled ends although its own signal was lost', () => {
  /** Booked, but its workflow was never told; nothing is left unsettled that would ring it. */
  async function settledByAnother(): Promise<string> {
    const [one, other] = [await restingOrder(), await restingOrder()];
    await broker.market.trade(one, '10', '10');
    await broker.market.trade(other, '10', '10');
    await ring(other, 2);
    expect(await resultOf(other)).toMatchObject({ status: 'filled' });
    expect(await broker.order(one)).toMatchObject({ status: 'filled' });
    expect(await isRunning(one)).toBe(true);
    return one;
  }

  test('because the next market session rings what the last one had not told', async () => {
    const one = await settledByAnother();
    const send = createSignalSender(temporal);
    const ringer = createBellRinger({ send, inFlight: 4, capacity: 10, onError: fail });
    const reports = new ToldReports(ringer, SYMBOL, { told: 0, reported: 2 });
    await reports.tellOwed(findReportedIn(broker.db));
    expect(await resultOf(one)).toMatchObject({ status: 'filled', filledQuantity: '10' });
    await expectExact();
  });

  test('because reconciliation rings what lingers', async () => {
    const one = await settledByAnother();
    const running = new Map([[orderWorkflowId(one), new Date(0)]]);
    expect(await ringLingering(broker.db, temporal, running, new Date())).toEqual([one]);
    expect(await resultOf(one)).toMatchObject({ status: 'filled', filledQuantity: '10' });
    await expectExact();
  });
});

function fail(error: unknown): never {
  throw error;
}
