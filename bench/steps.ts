import { type Kysely, sql } from 'kysely';
import { createOrderMetrics } from '../activities/order-metrics';
import { createOrderActivities, type OrderActivities } from '../activities/orders';
import { createPostgresSink } from '../activities/postgres-sink';
import { createPublisher } from '../activities/publish-events';
import { COMMANDS_CHANNEL, EVENTS_CHANNEL } from '../platform/channels';
import { createDatabase } from '../platform/database';
import { LIMITS } from '../platform/limits';
import { createLogger } from '../platform/logger';
import { createRegistry } from '../platform/metrics';
import { createNotifier } from '../platform/notifier';
import type { Database } from '../schema/database';
import { openTextbookSteps, type TextbookSteps } from './textbook-steps';

/** Everfill's own steps, and the few that only others need. */
export interface BenchSteps extends OrderActivities, TextbookSteps {
  /** The least a step can do that asks Postgres. */
  touchDatabase(): Promise<void>;
  touchNothing(): Promise<void>;
}

export interface OpenSteps {
  readonly steps: BenchSteps;
  readonly db: Kysely<Database>;
  close(): Promise<void>;
}

/** The steps as an order-worker has them: same SQL, same pool, same sharing of transactions. */
export function openSteps(databaseUrl: string, name: string): OpenSteps {
  const logger = createLogger(name, 'warn');
  const { db, pool } = createDatabase({
    databaseUrl,
    name,
    poolSize: LIMITS.orderWorkerPool,
    planOnce: true,
    onError: () => undefined,
  });
  const commands = createNotifier({ databaseUrl, channel: COMMANDS_CHANNEL, logger });
  const events = createNotifier({ databaseUrl, channel: EVENTS_CHANNEL, logger });
  const publisher = createPublisher(db, createPostgresSink(events));
  const orders = createOrderActivities({
    db,
    commands,
    publisher,
    metrics: createOrderMetrics(createRegistry(name)),
    logger,
  });
  const textbook = openTextbookSteps(databaseUrl, commands, events);
  const steps: BenchSteps = {
    ...orders,
    ...textbook.steps,
    async touchDatabase() {
      await sql`select 1`.execute(db);
    },
    touchNothing: () => Promise.resolve(),
  };
  return {
    steps,
    db,
    async close() {
      await Promise.all([commands.close(), events.close(), textbook.close()]);
      await pool.end();
    },
  };
}
