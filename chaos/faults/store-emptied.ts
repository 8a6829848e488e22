import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { LIMITS } from '../../platform/limits';
import { type ReconcileInput, TASK_QUEUES, WORKFLOW_TYPES } from '../../workflows/contract';
import { waitUntil } from '../wait-until';
import { strike, waitForSuccessor, type World } from '../world';
import { type Fault, type Injected, struck } from './fault';
import { placeResting, sweepPrice, waitUntilClosed } from './resting-orders';
import { ageOrders } from './workflows';

export const TEMPORAL_STORE_EMPTIED: Fault = {
  name: 'temporal-store-emptied',
  number: 21,
  what: 'everything Temporal knew is deleted, with orders open',
  holds: 'reconciliation alarms and cancels nothing; told to continue, every order goes on',
  progress: ['accepts', 'settles', 'prints'],
  short: false,
  plan: ({ random }) => {
    const symbol = random.pick(['SPY', 'AAPL']);
    return { target: `open orders of ${symbol}`, inject: (world) => emptyStore(world, symbol) };
  },
};

const ORDERS = 2 * LIMITS.forgottenPerRun;
/** The schedule of reconciliation is gone too; the platform-worker looks for it once a minute. */
const ALARM_PATIENCE_MS = LIMITS.reconcileEveryMs + 60_000;

async function emptyStore(world: World, symbol: string): Promise<Injected> {
  const failures: string[] = [];
  const traders = world.spare.crowd;
  const resting = await placeResting(world, { symbol, count: ORDERS, traders });
  // Clients could not tell a lost workflow from a server that is away, and would wait for it.
  world.load.pause();
  let since = performance.now();
  let notes = '';
  try {
    await waitUntil(30_000, () => world.ledger.underWay === 0);
    await ageOrders(world.db, await findOpenOrders(world));
    deleteStore(world.stack.home);
    const killed = await strike(world, 'temporal');
    await waitForSuccessor(world, 'temporal', killed);
    const emptied = performance.now();
    const alarmed = await waitUntil(ALARM_PATIENCE_MS, () => readAlarm(world), 500);
    if (alarmed === null) failures.push('reconciliation did not alarm');
    notes = `alarm after ${((performance.now() - emptied) / 1_000).toFixed(0)} s`;
    const open = (await findOpenOrders(world)).filter((id) => resting.ids.includes(id));
    if (open.length < ORDERS) failures.push(`${ORDERS - open.length} orders were acted on`);
    since = performance.now();
    await decide(world, { orphans: 'continue' });
    await sweepPrice(world, resting);
    const left = await waitUntilClosed(world, resting.ids, 60_000);
    if (left > 0) failures.push(`${left} of ${ORDERS} orders did not go on`);
    const filled = await countFilled(world, resting.ids);
    if (filled < ORDERS) failures.push(`${ORDERS - filled} orders were not filled`);
  } finally {
    world.load.resume();
  }
  return { ...struck(1, failures), since, recoveredMs: performance.now() - since, notes };
}

/** While the server still runs, so that the next one finds nothing. */
function deleteStore(home: string): void {
  const file = join(home, 'temporal', 'temporal.db');
  for (const ending of ['', '-wal', '-shm']) rmSync(`${file}${ending}`, { force: true });
}

async function readAlarm({ stack }: World): Promise<boolean> {
  const response = await fetch(stack.endpoints().metrics['platform-worker'] ?? '');
  return /^reconcile_alarm\{[^}]*forgotten_orders[^}]*\} 1/m.test(await response.text());
}

/** What the failure model tells an operator to do: start reconciliation with an answer. */
async function decide({ temporal }: World, decision: ReconcileInput): Promise<void> {
  await temporal.workflow.execute(WORKFLOW_TYPES.reconcile, {
    workflowId: 'reconcile-by-hand',
    taskQueue: TASK_QUEUES.platform,
    args: [decision],
  });
}

async function findOpenOrders({ db }: World): Promise<string[]> {
  const rows = await db
    .selectFrom('orders')
    .select('order_id')
    .where('closed_at', 'is', null)
    .execute();
  return rows.map((row) => row.order_id);
}

async function countFilled({ db }: World, ids: readonly string[]): Promise<number> {
  const { rows } = await sql<{ filled: string }>`select count(*) as filled from orders
    where order_id = any(${ids}::uuid[]) and status = 'filled'`.execute(db);
  return Number(rows[0]?.filled);
}
