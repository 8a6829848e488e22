import { type Kysely, sql } from 'kysely';
import { acceptOrders } from '../activities/accept-orders';
import { createOrderMetrics } from '../activities/order-metrics';
import { createOrderActivities, type Opening, type OrderActivities } from '../activities/orders';
import { createPostgresSink } from '../activities/postgres-sink';
import { createPublisher } from '../activities/publish-events';
import type { SettleInput } from '../activities/settle-executions';
import { settleRoots } from '../activities/settle-roots';
import { COMMANDS_CHANNEL, EVENTS_CHANNEL } from '../platform/channels';
import { createDatabase } from '../platform/database';
import { LIMITS } from '../platform/limits';
import { createLogger } from '../platform/logger';
import { createRegistry } from '../platform/metrics';
import { createNotifier } from '../platform/notifier';
import type { Database } from '../schema/database';
import type { OrderInstruction, RootProgress } from '../workflows/contract';

/** Everfill's own steps, and the few that only others need. */
export interface BenchSteps extends OrderActivities {
  /** What a textbook order does before it is accepted; Everfill does it with the acceptance. */
  checkOrder(order: OrderInstruction): Promise<boolean>;
  /** Whether a buy would trade now. */
  isPriceThere(order: OrderInstruction): Promise<boolean>;
  /** Each order in transactions of its own: sharing them is a technique of Everfill's. */
  acceptAlone(order: OrderInstruction): Promise<Opening>;
  settleAlone(root: SettleInput): Promise<RootProgress>;
  /** Others publish in a step; Everfill does it beside the settlement. */
  publishEvents(input: { readonly accountId: string }): Promise<void>;
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
  const steps: BenchSteps = {
    ...orders,
    checkOrder: (order) => isTradable(db, order),
    isPriceThere: (order) => isCrossed(db, order),
    async acceptAlone(order) {
      const [accepted] = await acceptOrders(db, [order]);
      if (accepted === undefined) throw new Error('no answer to the order');
      commands.ring(order.symbol);
      return accepted.opening;
    },
    async settleAlone(root) {
      const { progress } = await settleRoots(db, [root]);
      const [own] = progress;
      if (own === undefined) throw new Error('no progress of the root');
      return own;
    },
    publishEvents: ({ accountId }) => publisher.publish(accountId),
    async touchDatabase() {
      await sql`select 1`.execute(db);
    },
    touchNothing: () => Promise.resolve(),
  };
  return {
    steps,
    db,
    async close() {
      await Promise.all([commands.close(), events.close()]);
      await pool.end();
    },
  };
}

async function isTradable(db: Kysely<Database>, order: OrderInstruction): Promise<boolean> {
  const { rows } = await sql<{ tradable: boolean }>`
    select a.tradable and c.trading_state = 'ACTIVE' as tradable
    from assets a, accounts c
    where a.symbol = ${order.symbol} and c.account_id = ${order.accountId}`.execute(db);
  return rows[0]?.tradable === true;
}

async function isCrossed(db: Kysely<Database>, order: OrderInstruction): Promise<boolean> {
  const { rows } = await sql<{ there: boolean }>`
    select ask_price <= coalesce(${order.limitPrice}::numeric, ask_price) as there
    from feed_cursors where symbol = ${order.symbol}`.execute(db);
  return rows[0]?.there === true;
}
