import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { orderWorkflowId, RECONCILE_SCHEDULE_ID } from '../../workflows/contract';
import { waitUntil } from '../wait-until';
import type { World } from '../world';
import { type Fault, type Injected, struck } from './fault';
import { placeResting, sweepPrice, waitUntilClosed } from './resting-orders';

export const WORKFLOW_INTERVENTION: Fault = {
  name: 'workflow-intervention',
  number: 21,
  what: 'workflows terminated, canceled and reset from the UI, with a fill in flight',
  holds: 'I4, I6 and I9 after the next reconciliation',
  progress: ['settles'],
  short: false,
  plan: ({ random }) => {
    const symbol = random.pick(['MSFT', 'AMZN']);
    return { target: symbol, inject: (world) => intervene(world, symbol) };
  },
};

const EACH = 3;

async function intervene(world: World, symbol: string): Promise<Injected> {
  const failures: string[] = [];
  const count = 3 * EACH;
  const resting = await placeResting(world, { symbol, count, traders: world.spare.crowd });
  const handles = resting.ids.map((id) => world.temporal.workflow.getHandle(orderWorkflowId(id)));
  await Promise.all([
    ...handles.slice(0, EACH).map((handle) => handle.terminate('drill')),
    ...handles.slice(EACH, 2 * EACH).map((handle) => handle.cancel()),
    ...resting.ids.slice(2 * EACH).map((id) => resetToStart(world, id)),
    sweepPrice(world, resting),
  ]);
  await ageOrders(world.db, resting.ids);
  const since = performance.now();
  const reconciled = await reconcile(world);
  if (!reconciled) failures.push('reconciliation did not run');
  const left = await waitUntilClosed(world, resting.ids, 30_000);
  if (left > 0) failures.push(`${left} orders stayed open`);
  return { ...struck(count, failures), since, recoveredMs: performance.now() - since };
}

/** As the button of the UI does: from its first task on, everything runs again. */
async function resetToStart({ temporal }: World, orderId: string): Promise<void> {
  const workflowId = orderWorkflowId(orderId);
  await temporal.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    reason: 'drill',
    requestId: `reset-${orderId}`,
    // The event after the first task was scheduled and started.
    workflowTaskFinishEventId: 3 as never,
  });
}

/** Reconciliation leaves the youngest alone; a drill does not wait for that minute. */
export async function ageOrders(db: Kysely<Database>, ids: readonly string[]): Promise<void> {
  await sql`update orders set accepted_at = accepted_at - interval '2 minutes'
    where order_id = any(${ids}::uuid[])`.execute(db);
  await sql`update execution_reports set created_at = created_at - interval '2 minutes'
    where order_id = any(${ids}::uuid[])`.execute(db);
}

/** Runs reconciliation now instead of at the next full minute, and waits for its end. */
export async function reconcile({ temporal }: World): Promise<boolean> {
  const schedule = temporal.schedule.getHandle(RECONCILE_SCHEDULE_ID);
  const count = async (): Promise<number> => {
    const { info } = await schedule.describe();
    return info.numActionsTaken;
  };
  const before = await waitUntil(10_000, async () => ({ count: await count() }));
  if (before === null) return false;
  await schedule.trigger();
  const ended = await waitUntil(40_000, async () => {
    const { info } = await schedule.describe();
    return info.numActionsTaken > before.count && info.runningActions.length === 0;
  });
  return ended !== null;
}
