import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { LIMITS } from '../../platform/limits';
import { mapBounded } from '../../platform/map-bounded';
import type { Database } from '../../schema/database';
import { orderWorkflowId, priceSignal } from '../../workflows/contract';
import { type ClosedRoot, findClosedRoots } from './find-suspects';
import type { RunningOrders } from './running-orders';

const CALLS_IN_FLIGHT = 16;
const ORDER_ID_PREFIX = orderWorkflowId('');

/**
 * Rings workflows that still run although all their rows are closed: another order's settlement
 * booked their last report while their own signal was lost. Rung, they see it and end.
 *
 * @returns The roots that were rung.
 */
export async function ringLingering(
  db: Kysely<Database>,
  temporal: Client,
  running: RunningOrders,
  now: Date,
): Promise<string[]> {
  const before = now.getTime() - LIMITS.orphanAgeMs;
  const rootIds = [...running]
    .filter(([, startedAt]) => startedAt.getTime() < before)
    .map(([workflowId]) => workflowId.slice(ORDER_ID_PREFIX.length));
  if (rootIds.length === 0) return [];
  const lingering = (await findClosedRoots(db, rootIds)).slice(0, LIMITS.orphansPerRun);
  await mapBounded(lingering, CALLS_IN_FLIGHT, (root) => ring(temporal, root));
  return lingering.map((root) => root.rootId);
}

async function ring(temporal: Client, { rootId, symbol }: ClosedRoot): Promise<void> {
  const bell = { symbol, price: null, sequence: 0 };
  try {
    await temporal.workflow.getHandle(orderWorkflowId(rootId)).signal(priceSignal, bell);
  } catch (error) {
    // It ended between the listing and now, which is all we wanted.
    if ((error as Error).name !== 'WorkflowNotFoundError') throw error;
  }
}
