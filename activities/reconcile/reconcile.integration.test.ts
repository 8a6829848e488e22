import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { Kysely, PostgresDialect } from 'kysely';
import { pino } from 'pino';
import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { LIMITS } from '../../platform/limits';
import { createTemporalClient } from '../../platform/temporal';
import type { Database } from '../../schema/database';
import { createTestDatabase, type TestDatabase } from '../../test/harness/database';
import { waitFor } from '../../test/harness/wait-for';
import { ALICE, CLEAN_BROKER, ORDERS } from '../../test/invariants/clean-broker';
import {
  feedWorkflowId,
  orderWorkflowId,
  RECONCILE_SCHEDULE_ID,
  searchAttribute,
} from '../../workflows/contract';
import type { BellRinger } from '../bell-ringer';
import { createRingAgain } from '../ring-again';
import { createRingSchedule } from '../ring-schedule';
import { createDataChecker } from './check-stored-data';
import { ensureReconcileSchedule } from './ensure-schedule';
import { createReconcileActivities, type ReconcileActivities } from './reconcile-activities';
import { createReconcileMetrics } from './reconcile-metrics';
import { resumeOrphans } from './resume-orphans';
import { ringLingering } from './ring-lingering';

// A step that fails on purpose is no news.
Runtime.install({ logger: new DefaultLogger('ERROR') });

let database: TestDatabase;
let pool: Pool;
let temporal: Client;
let registry: Registry;
let rung: string[];
let activities: ReconcileActivities;

const logger = pino({ level: 'silent' });
const temporalAddress = () => process.env['EVERFILL_TEST_TEMPORAL_ADDRESS'] ?? '';

/** Order ids of this test's own, because all tests share one engine. */
let ids: typeof ORDERS;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url, max: 4 });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  temporal = createTemporalClient({
    address: temporalAddress(),
    namespace: 'default',
    identity: 'test',
  });
  registry = new Registry();
  rung = [];
  const metrics = createReconcileMetrics(registry);
  const ringer: BellRinger = {
    ring: (workflowId) => rung.push(workflowId),
    size: 0,
    owedFrom: () => null,
    takeGivenUp: () => null,
    idle: () => Promise.resolve(),
  };
  const now = () => performance.now();
  // Every look takes a moment, nothing else does: how busy the machine is decides nothing.
  let looks = 0;
  const countedNow = () => (looks += 1);
  activities = createReconcileActivities({
    db,
    temporal,
    ringer,
    ringAgain: createRingAgain({
      db,
      ringer,
      now,
      schedule: createRingSchedule({ firstMs: 1_000, maximumMs: 10_000, perSecond: 100 }),
    }),
    checker: createDataChecker(db, metrics, logger, countedNow),
    metrics,
    logger,
  });
  const own = Object.entries(ORDERS).map(([name, id]) => ({ name, id, fresh: randomUUID() }));
  ids = Object.fromEntries(own.map(({ name, fresh }) => [name, fresh])) as typeof ORDERS;
  await pool.query(own.reduce((text, { id, fresh }) => text.replaceAll(id, fresh), CLEAN_BROKER));
  await age('orders', 'accepted_at', 120);
});

afterEach(async () => {
  for (const workflowId of [...Object.values(ids).map(orderWorkflowId), feedWorkflowId('AAPL')]) {
    await temporal.workflow
      .getHandle(workflowId)
      .terminate()
      .catch(() => undefined);
  }
  await temporal.connection.close();
  await pool.end();
  await database.drop();
});

async function age(table: string, column: string, seconds: number): Promise<void> {
  await pool.query(`update ${table} set ${column} = now() - interval '${seconds} seconds'`);
}

/** A run that no worker takes up: all that is looked at here is whether it runs. */
async function startRun(rootId: string): Promise<void> {
  await temporal.workflow.start('orderWorkflow', {
    workflowId: orderWorkflowId(rootId),
    taskQueue: 'nobody',
    args: [],
    staticSummary: 'BUY 5 AAPL @ 90.00 LMT GTC',
  });
}

/** Visibility lags behind what starts, and just so behind what ends. */
async function seeRuns(
  rootIds: readonly string[],
  endedIds: readonly string[] = [],
): Promise<void> {
  await waitFor('visibility to list the runs', async () => {
    const listed = new Set<string>();
    for await (const run of temporal.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      listed.add(run.workflowId);
    }
    const isListed = (id: string): boolean => listed.has(orderWorkflowId(id));
    return rootIds.every(isListed) && !endedIds.some(isListed);
  });
}

const describeRun = (rootId: string) =>
  temporal.workflow.getHandle(orderWorkflowId(rootId)).describe();

async function eventsOf(rootId: string) {
  const history = await temporal.workflow.getHandle(orderWorkflowId(rootId)).fetchHistory();
  return history.events ?? [];
}

/** What the newest run was started with. */
async function inputOf(rootId: string): Promise<unknown> {
  const [started] = await eventsOf(rootId);
  const payload = started?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  return JSON.parse(Buffer.from(payload?.data ?? []).toString());
}

async function metric(name: string): Promise<number | undefined> {
  const found = await registry.getSingleMetric(name)?.get();
  return found?.values[0]?.value;
}

describe('orders without a workflow', () => {
  test('a terminated order is resumed to be canceled, once, under its old summary', async () => {
    await startRun(ids.aliceOffers);
    await startRun(ids.bobBids);
    await temporal.workflow.getHandle(orderWorkflowId(ids.bobBids)).terminate();
    await seeRuns([ids.aliceOffers], [ids.bobBids]);
    expect(await activities.matchRunsWithOrders()).toMatchObject({
      orphans: 1,
      resumed: [ids.bobBids],
      alarmed: false,
    });
    const run = await describeRun(ids.bobBids);
    expect(run.status.name).toBe('RUNNING');
    expect(await run.staticSummary()).toBe('BUY 5 AAPL @ 90.00 LMT GTC');
    expect(await inputOf(ids.bobBids)).toMatchObject({
      mode: 'resume',
      rootId: ids.bobBids,
      symbol: 'AAPL',
      cancel: true,
    });
    expect(await activities.matchRunsWithOrders()).toMatchObject({ orphans: 0, resumed: [] });
  });

  test('an order that visibility does not list yet is left alone when it runs', async () => {
    await startRun(ids.aliceOffers);
    await startRun(ids.bobBids);
    const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
    const metrics = createReconcileMetrics(new Registry());
    const nothingListed = new Map<string, Date>();
    expect(await resumeOrphans({ db, temporal, metrics, logger }, nothingListed)).toEqual({
      orphans: 0,
      resumed: [],
      left: 0,
      alarmed: false,
    });
  });

  test('the orders of a list are one, on the side of the one that leads', async () => {
    await startRun(ids.aliceOffers);
    await startRun(ids.bobBids);
    await seeRuns([ids.aliceOffers, ids.bobBids]);
    const rootId = randomUUID();
    await pool.query(
      `insert into orders (order_id, account_id, epoch, client_order_id, fingerprint, request_id,
        root_id, workflow_id, symbol, side, type, time_in_force, quantity, status, order_class,
        list_role, accepted_at)
      select id, '${ALICE}', 1, id, 'f', 'r', $1::uuid, 'order:' || $1, 'AAPL', side, 'market',
        'gtc', 1, status, 'bracket', role, now() - interval '2 minutes'
      from (values ($1::uuid, 'buy', 'new', 'entry'),
        (gen_random_uuid(), 'sell', 'held', 'take_profit'),
        (gen_random_uuid(), 'sell', 'held', 'stop_loss')) as list(id, side, status, role)`,
      [rootId],
    );
    expect(await activities.matchRunsWithOrders()).toMatchObject({
      orphans: 1,
      resumed: [rootId],
    });
    const run = await describeRun(rootId);
    const { key, value } = searchAttribute('EverfillSide', 'buy');
    expect(run.typedSearchAttributes.get(key)).toBe(value);
    await temporal.workflow.getHandle(orderWorkflowId(rootId)).terminate();
  });

  test('an order younger than a minute is left to its own start', async () => {
    await age('orders', 'accepted_at', 30);
    expect(await activities.matchRunsWithOrders()).toMatchObject({ orphans: 0 });
  });

  test('reports nobody can settle any more start a run that cancels nothing', async () => {
    await startRun(ids.aliceOffers);
    await startRun(ids.bobBids);
    await pool.query(`insert into execution_reports (report_id, symbol, sequence, order_id, root_id,
        account_id, kind, leaves, tick_index, market_at, created_at)
      values ('AAPL-9', 'AAPL', 9, '${ids.aliceBuys}', '${ids.aliceBuys}', '${ALICE}',
        'cancel_rejected', 0, 1, now(), now() - interval '2 minutes')`);
    expect(await activities.matchRunsWithOrders()).toMatchObject({ resumed: [ids.aliceBuys] });
    expect(await inputOf(ids.aliceBuys)).toMatchObject({ mode: 'resume', cancel: false });
  });

  test('an engine that lost all its orders is an alarm, and none of them is canceled', async () => {
    await pool.query(`insert into orders (order_id, account_id, epoch, client_order_id, fingerprint,
        request_id, root_id, workflow_id, symbol, side, type, time_in_force, quantity, status,
        accepted_at)
      select id, '${ALICE}', 1, id, 'f', 'r', id, 'order:' || id, 'AAPL', 'buy', 'market', 'day', 1,
        'new', now() - interval '2 minutes'
      from (
        select gen_random_uuid() as id from generate_series(1, ${LIMITS.orphansPerRun})
      ) as ids`);
    expect(await activities.matchRunsWithOrders()).toMatchObject({
      orphans: LIMITS.orphansPerRun + 2,
      resumed: [],
      alarmed: true,
    });
    expect(await metric('reconcile_alarm')).toBe(1);
    expect(await metric('reconcile_orphans')).toBe(LIMITS.orphansPerRun + 2);
    await expect(describeRun(ids.bobBids)).rejects.toThrow('not found');
  });
});

describe('an engine that remembers none of a dozen open orders', () => {
  const dozen = LIMITS.forgottenPerRun + 2;

  beforeEach(async () => {
    await startRun(ids.aliceOffers);
    await startRun(ids.bobBids);
    await seeRuns([ids.aliceOffers, ids.bobBids]);
    await pool.query(`insert into orders (order_id, account_id, epoch, client_order_id, fingerprint,
        request_id, root_id, workflow_id, symbol, side, type, time_in_force, quantity, status,
        accepted_at)
      select id, '${ALICE}', 1, id, 'f', 'r', id, 'order:' || id, 'AAPL', 'buy', 'market', 'day', 1,
        'new', now() - interval '2 minutes'
      from (select gen_random_uuid() as id from generate_series(1, ${dozen})) as ids`);
  });

  test('is an alarm, although others run', async () => {
    const found = await activities.matchRunsWithOrders();
    expect(found).toMatchObject({ orphans: dozen, resumed: [], alarmed: true });
    const values = (await registry.getSingleMetric('reconcile_alarm')?.get())?.values;
    expect(values?.find(({ labels }) => labels['reason'] === 'forgotten_orders')?.value).toBe(1);
  });

  test.each([
    { orphans: 'continue' as const, cancel: false },
    { orphans: 'cancel' as const, cancel: true },
  ])('lets them $orphans once a person has said so', async ({ orphans, cancel }) => {
    const { resumed, alarmed } = await activities.matchRunsWithOrders({ orphans });
    expect({ count: resumed.length, alarmed }).toEqual({ count: dozen, alarmed: false });
    expect(await inputOf(resumed[0] ?? '')).toMatchObject({ mode: 'resume', cancel });
    expect(await metric('reconcile_alarm')).toBe(0);
    for (const id of resumed) await temporal.workflow.getHandle(orderWorkflowId(id)).terminate();
  });

  test('does nothing for a decision that is none', async () => {
    const decision = { orphans: 'both' } as never;
    await expect(activities.matchRunsWithOrders(decision)).rejects.toThrow('"continue"');
    expect(await activities.matchRunsWithOrders()).toMatchObject({ alarmed: true });
  });
});

test('a run whose order closed without it is rung, once it is old enough', async () => {
  await startRun(ids.aliceBuys);
  await seeRuns([ids.aliceBuys]);
  await age('orders', 'accepted_at', 0);
  expect((await activities.matchRunsWithOrders()).lingering).toEqual([]);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const running = new Map([
    [orderWorkflowId(ids.aliceBuys), new Date(0)],
    [orderWorkflowId(ids.bobBids), new Date(0)],
    [orderWorkflowId(randomUUID()), new Date(0)],
  ]);
  expect(await ringLingering(db, temporal, running, new Date())).toEqual([ids.aliceBuys]);
  const signals = (await eventsOf(ids.aliceBuys)).flatMap(
    (event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? [],
  );
  expect(signals).toEqual(['price']);
});

test('reports that wait longer than ten seconds are rung at their roots', async () => {
  const insert = (sequence: number, orderId: string, seconds: number) =>
    pool.query(`insert into execution_reports (report_id, symbol, sequence, order_id, root_id,
        account_id, kind, leaves, tick_index, market_at, created_at)
      values ('AAPL-${sequence}', 'AAPL', ${sequence}, '${orderId}', '${orderId}', '${ALICE}',
        'triggered', 0, 1, now(), now() - interval '${seconds} seconds')`);
  await insert(5, ids.aliceOffers, 11);
  await insert(6, ids.bobBids, 1);
  expect(await activities.ringUnsettled()).toBe(1);
  expect(rung).toEqual([orderWorkflowId(ids.aliceOffers)]);
});

test('feeds that do not run are started and named, those that run are left', async () => {
  const symbols = ['AAPL'];
  expect(await activities.startMissingFeeds()).toEqual({ symbols: 1, started: symbols });
  expect(await activities.startMissingFeeds()).toEqual({ symbols: 1, started: [] });
  await temporal.workflow.getHandle(feedWorkflowId('AAPL')).terminate();
  expect(await activities.startMissingFeeds()).toEqual({ symbols: 1, started: symbols });
});

test('a broken invariant is counted and named, and the next check waits its time', async () => {
  await pool.query(`set session_replication_role = replica;
    update ledger_entries set amount = amount + 2
      where journal_id = 'journal-0' and account = 'deposits'`);
  expect(await activities.checkStoredData()).toEqual({
    checked: true,
    broken: [{ invariant: 'I4', violations: 2 }],
  });
  expect(await metric('ledger_imbalance_minor_units')).toBe(20_000);
  const text = await registry.metrics();
  expect(text).toContain('invariant_violations{invariant="I4"} 2');
  expect(text).toContain('invariant_violations{invariant="I5"} 0');
  expect(await activities.checkStoredData()).toEqual({ checked: false, broken: [] });
});

test('the schedule is created once and found the second time', async () => {
  const handle = temporal.schedule.getHandle(RECONCILE_SCHEDULE_ID);
  expect(await ensureReconcileSchedule(temporal)).toBe(true);
  expect(await ensureReconcileSchedule(temporal)).toBe(false);
  const { policies, action } = await handle.describe();
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: LIMITS.reconcileEveryMs });
  expect(action).toMatchObject({ workflowType: 'reconcileWorkflow', taskQueue: 'platform' });
  await handle.delete();
  await temporal.workflow
    .getHandle(RECONCILE_SCHEDULE_ID)
    .terminate()
    .catch(() => undefined);
});

describe('the workflow', () => {
  const taskQueue = `reconcile-${randomUUID()}`;

  async function runWith(given: ReconcileActivities) {
    const connection = await NativeConnection.connect({ address: temporalAddress() });
    const worker = await Worker.create({
      connection,
      taskQueue,
      workflowsPath: require.resolve('../../workflows/bundles/platform'),
      activities: given,
    });
    const workflowId = `reconcile-${randomUUID()}`;
    const result = await worker.runUntil(async () => {
      const handle = await temporal.workflow.start('reconcileWorkflow', { workflowId, taskQueue });
      const outcome: unknown = await handle.result().catch((error: unknown) => error);
      const metadata = await handle.query<{ currentDetails: string }>(
        '__temporal_workflow_metadata',
      );
      return { outcome, details: JSON.stringify(metadata) };
    });
    await connection.close();
    return result;
  }

  test('looks at everything although a step fails, says so, and fails in the end', async () => {
    const { outcome, details } = await runWith({
      ...activities,
      ringUnsettled: () => Promise.reject(new Error('database away')),
    });
    expect(outcome).toMatchObject({ name: 'WorkflowFailedError' });
    expect(details).toContain('| reports nobody settled | **failed**');
    expect(details).toContain('| invariants | all hold |');
  });
});
