import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type Kysely, sql } from 'kysely';
import { OPEN_STATUSES } from '../../domain/order/order';
import { listCauses } from '../../platform/causes';
import { LIMITS } from '../../platform/limits';
import type { Logger } from '../../platform/logger';
import { mapBounded } from '../../platform/map-bounded';
import type { Database } from '../../schema/database';
import { cancelOrderUpdate } from '../../workflows/contract';

export interface OpenOrdersInput {
  readonly accountId: string;
  readonly epoch: number;
  /** Counts the looks: an order that a refused cancel left open is asked again in another one. */
  readonly round: number;
}

export interface LeftOpen {
  readonly open: number;
  /** Reports of the book on the account's orders that nobody has booked yet. */
  readonly unsettled: number;
}

interface Dependencies {
  readonly db: Kysely<Database>;
  readonly temporal: Client;
  readonly logger: Logger;
}

/**
 * Asks the workflow of every open order to cancel it. An order without a workflow is reconcile's,
 * which gives it one that cancels; one that cannot be reached now is asked again.
 */
export async function cancelOpenOrders(
  { db, temporal, logger }: Dependencies,
  { accountId, epoch, round }: OpenOrdersInput,
): Promise<LeftOpen> {
  const orders = await db
    .selectFrom('orders')
    .select(['order_id', 'workflow_id', 'status'])
    .where('account_id', '=', accountId)
    .where('status', 'in', OPEN_STATUSES)
    .execute();
  const live = orders.filter(({ status }) => status !== 'pending_cancel');
  const deadline = Date.now() + LIMITS.resetCancelMs;
  await mapBounded(live, LIMITS.cancelsAtOnce, async ({ order_id: orderId, workflow_id: run }) => {
    try {
      await temporal.withDeadline(deadline, () =>
        temporal.workflow.getHandle(run).executeUpdate(cancelOrderUpdate, {
          args: [{ orderId }],
          updateId: `cancel:${orderId}:reset:${epoch}:${round}`,
        }),
      );
    } catch (error) {
      // Whatever it was, the next look tells what is open.
      if (!isExpected(error)) logger.warn({ err: error, order_id: orderId }, 'no cancel yet');
    }
  });
  return countLeft(db, accountId);
}

/** The order closed meanwhile, or its run did. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof WorkflowNotFoundError ||
    listCauses(error).some(({ type }) => type === 'order_not_cancelable')
  );
}

export async function countLeft(db: Kysely<Database>, accountId: string): Promise<LeftOpen> {
  const { rows } = await sql<{ open: number; unsettled: number }>`
    select (select count(*)::integer from orders
        where account_id = ${accountId} and status = any(${OPEN_STATUSES}::text[])) as open,
      (select count(*)::integer from execution_reports
        where account_id = ${accountId} and settled_at is null) as unsettled`.execute(db);
  return rows[0] ?? { open: 0, unsettled: 0 };
}
