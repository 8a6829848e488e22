import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import { acceptOrders } from '../activities/accept-orders';
import { createPostgresSink } from '../activities/postgres-sink';
import { createPublisher } from '../activities/publish-events';
import type { Opening } from '../activities/orders';
import type { SettleInput } from '../activities/settle-executions';
import { settleRoots } from '../activities/settle-roots';
import { LIMITS } from '../platform/limits';
import type { Notifier } from '../platform/notifier';
import type { Database } from '../schema/database';
import type { OrderInstruction, RootProgress } from '../workflows/contract';

/** The five steps of a textbook order, with Everfill's SQL. */
export interface TextbookSteps {
  /** Everfill does this with the acceptance. */
  checkOrder(order: OrderInstruction): Promise<boolean>;
  /** Whether a buy would trade now. */
  isPriceThere(order: OrderInstruction): Promise<boolean>;
  /** Each order in transactions of its own: sharing them is a technique of Everfill's. */
  acceptAlone(order: OrderInstruction): Promise<Opening>;
  settleAlone(root: SettleInput): Promise<RootProgress>;
  /** Others publish in a step; Everfill does it beside the settlement. */
  publishEvents(input: { readonly accountId: string }): Promise<void>;
}

export interface OpenTextbookSteps {
  readonly steps: TextbookSteps;
  close(): Promise<void>;
}

/**
 * Over a pool as its documentation shows it: keeping statements prepared is a technique of
 * Everfill's too.
 */
export function openTextbookSteps(
  databaseUrl: string,
  commands: Notifier,
  events: Notifier,
): OpenTextbookSteps {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'textbook',
    max: LIMITS.orderWorkerPool,
    // Both workers' connections are there from the first order on.
    idleTimeoutMillis: LIMITS.idleConnectionMs,
  });
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  const publisher = createPublisher(db, createPostgresSink(events));
  const steps: TextbookSteps = {
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
  };
  return { steps, close: () => pool.end() };
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
