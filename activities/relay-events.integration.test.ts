import type { Client } from '@temporalio/client';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import type { Database } from '../schema/database';
import { createTemporalClient } from '../platform/temporal';
import { createTestDatabase, type TestDatabase } from '../test/harness/database';
import { ALICE, BOB, CLEAN_BROKER } from '../test/invariants/clean-broker';
import type { EventSink, PublishedEvent } from './publish-events';
import { registerBrokerGauges } from './reconcile/broker-gauges';
import { relayEvents } from './relay-events';

let database: TestDatabase;
let pool: Pool;
let db: Kysely<Database>;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url, max: 2 });
  db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  await pool.query(CLEAN_BROKER);
});

afterEach(async () => {
  await pool.end();
  await database.drop();
});

function recordingSink(published: PublishedEvent[]): EventSink {
  return {
    publish(events) {
      published.push(...events);
      return Promise.resolve();
    },
    committed: () => undefined,
  };
}

const leaveBehind = (accountId: string, from: number, ageSeconds: number) =>
  pool.query(
    `update events set published_at = null, created_at = now() - make_interval(secs => $3)
     where account_id = $1 and sequence >= $2`,
    [accountId, from, ageSeconds],
  );

test('events left behind are published in their order, younger ones wait for their order', async () => {
  await leaveBehind(ALICE, 4, 5);
  // Written a minute from now, so that no slow machine lets it grow old.
  await leaveBehind(BOB, 3, -60);
  const published: PublishedEvent[] = [];
  expect(await relayEvents(db, recordingSink(published))).toBe(3);
  expect(published.map(({ accountId, sequence }) => [accountId, sequence])).toEqual([
    [ALICE, '4'],
    [ALICE, '5'],
    [ALICE, '6'],
  ]);
  expect(await relayEvents(db, recordingSink(published))).toBe(0);
});

test('a sink that is down leaves the events for the next round', async () => {
  await leaveBehind(ALICE, 6, 5);
  const down: EventSink = {
    publish: () => Promise.reject(new Error('sink away')),
    committed: () => undefined,
  };
  await expect(relayEvents(db, down)).rejects.toThrow('sink away');
  expect(await relayEvents(db, recordingSink([]))).toBe(1);
});

describe('the gauges of the broker', () => {
  let temporal: Client;
  beforeEach(() => {
    const address = process.env['EVERFILL_TEST_TEMPORAL_ADDRESS'] ?? '';
    temporal = createTemporalClient({ address, namespace: 'default', identity: 'test' });
  });
  afterEach(() => temporal.connection.close());

  test('are read when they are scraped', async () => {
    await leaveBehind(BOB, 3, 100);
    await pool.query("update orders set type = 'market', accepted_at = now() - interval '50 s'");
    await pool.query("update execution_reports set settled_at = null where report_id = 'AAPL-1'");
    const registry = new Registry();
    registerBrokerGauges({ db, temporal, registry, logger: pino({ level: 'silent' }) });
    const text = await registry.metrics();
    const value = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
    expect(value('orders_open')).toBe(2);
    expect(value('execution_reports_unsettled')).toBe(1);
    expect(value('outbox_oldest_unpublished_age_seconds')).toBeGreaterThanOrEqual(100);
    expect(value('outbox_oldest_unpublished_age_seconds')).toBeLessThan(130);
    expect(value('orders_oldest_open_market_order_age_seconds')).toBeGreaterThanOrEqual(50);
    expect(value('orders_oldest_open_market_order_age_seconds')).toBeLessThan(80);
    // The server is the whole run's: what other tests left in its queues is not known here.
    expect(text).toMatch(/^queue_lag_gauge\{task_queue="orders",type="workflow"\} \d+$/m);
    expect(text).toMatch(/^queue_lag_gauge\{task_queue="feed",type="activity"\} \d+$/m);
  });

  test('answer with their last values while the database is away', async () => {
    const registry = new Registry();
    const away = new Pool({ connectionString: 'postgres://127.0.0.1:1/none' });
    const awayDb = new Kysely<Database>({ dialect: new PostgresDialect({ pool: away }) });
    registerBrokerGauges({ db: awayDb, temporal, registry, logger: pino({ level: 'silent' }) });
    expect(await registry.metrics()).toContain('orders_open 0');
    await away.end();
  });
});
