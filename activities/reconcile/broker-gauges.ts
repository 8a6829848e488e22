import { type Kysely, sql } from 'kysely';
import type { Client } from '@temporalio/client';
import { Gauge, type Registry } from 'prom-client';
import { OPEN_STATUSES } from '../../domain/order/order';
import { LIMITS } from '../../platform/limits';
import type { Logger } from '../../platform/logger';
import type { Database } from '../../schema/database';
import { readQueueLags } from './queue-lag';

interface BrokerGauges {
  readonly db: Kysely<Database>;
  readonly temporal: Client;
  readonly registry: Registry;
  readonly logger: Logger;
}

/**
 * Gauges of the whole broker, read when they are scraped: so they stay true while Temporal is away
 * and nothing of its schedule runs, which is when somebody looks at them.
 */
export function registerBrokerGauges({ db, temporal, registry, logger }: BrokerGauges): void {
  // Each scrape collects every gauge; the samplers make that one question, and rarely more.
  const sampleStore = createSampler(logger, async () => {
    const sample = await readBrokerState(db);
    ordersOpen.set(Number(sample.orders_open));
    oldestMarketOrder.set(Number(sample.oldest_market_order_age));
    unsettled.set(Number(sample.reports_unsettled));
    outboxAge.set(Number(sample.oldest_unpublished_age));
  });
  const sampleQueues = createSampler(logger, async () => {
    const deadline = Date.now() + LIMITS.gaugeDeadlineMs;
    const lags = await temporal.withDeadline(deadline, () => readQueueLags(temporal));
    for (const { taskQueue, type, backlog } of lags) {
      queueLag.set({ task_queue: taskQueue, type }, backlog);
    }
  });
  const ofStore = (name: string, help: string): Gauge =>
    new Gauge({ name, help, registers: [registry], collect: sampleStore });
  const ordersOpen = ofStore('orders_open', 'Orders that are not closed.');
  const oldestMarketOrder = ofStore(
    'orders_oldest_open_market_order_age_seconds',
    'Age of the oldest open market order; 0 when there is none.',
  );
  const unsettled = ofStore(
    'execution_reports_unsettled',
    'Reports of the book that no order has settled yet.',
  );
  const outboxAge = ofStore(
    'outbox_oldest_unpublished_age_seconds',
    'Age of the oldest event that is not published; 0 when there is none.',
  );
  const queueLag = new Gauge({
    name: 'queue_lag_gauge',
    help: 'Tasks that wait in Temporal for a worker, by task queue and type.',
    labelNames: ['task_queue', 'type'] as const,
    registers: [registry],
    collect: sampleQueues,
  });
}

interface BrokerState {
  readonly orders_open: string;
  readonly oldest_market_order_age: string;
  readonly reports_unsettled: string;
  readonly oldest_unpublished_age: string;
}

async function readBrokerState(db: Kysely<Database>): Promise<BrokerState> {
  const open = sql.join(OPEN_STATUSES.map((status) => sql.lit(status)));
  const age = (of: ReturnType<typeof sql>) =>
    sql`coalesce(extract(epoch from clock_timestamp() - min(${of})), 0)`;
  const { rows } = await sql<BrokerState>`
    select
      (select count(*) from orders where status in (${open})) as orders_open,
      (select ${age(sql`accepted_at`)} from orders
        where status in (${open}) and type = 'market') as oldest_market_order_age,
      (select count(*) from execution_reports where settled_at is null) as reports_unsettled,
      (select ${age(sql`created_at`)} from events
        where published_at is null) as oldest_unpublished_age`.execute(db);
  const [state] = rows;
  if (state === undefined) throw new Error('unreachable: a select without from gives one row');
  return state;
}

/** Samples at most once in the cache's time, however many ask; a failure keeps the old values. */
function createSampler(logger: Logger, sample: () => Promise<void>): () => Promise<void> {
  let sampledAt = Number.NEGATIVE_INFINITY;
  let current: Promise<void> = Promise.resolve();
  return () => {
    if (performance.now() - sampledAt < LIMITS.gaugeCacheMs) return current;
    sampledAt = performance.now();
    current = sample().catch((error: unknown) => {
      logger.warn({ err: error }, 'gauges keep their last values');
    });
    return current;
  };
}
