import { isClosed } from '../../domain/order/order';
import { RefusalError } from '../../domain/refusal';
import { cancelOrderUpdate, cancelUpdateId, orderWorkflowId } from '../../workflows/contract';
import type { Dependencies } from '../dependencies';
import { beforeAnyEffect, isOutage, OutageError } from '../outage';
import { findOrder, type OrderRow } from '../queries/orders';
import { findRefusal, isRunGone } from '../temporal-failure';
import { askAgain } from './ask-again';
import { findPendingOrder } from './pending-order';

type CancelDependencies = Pick<Dependencies, 'db' | 'temporal' | 'limits'>;

/**
 * Asks the order's workflow to cancel; returns once the request is durable (`pending_cancel`). The
 * book decides whether it comes before a fill.
 *
 * @throws RefusalError `order_not_found`, `order_not_cancelable`.
 */
export async function cancelOrder(
  dependencies: CancelDependencies,
  accountId: string,
  orderId: string,
): Promise<void> {
  const { db, temporal, limits } = dependencies;
  const deadline = Date.now() + limits.orderDeadlineMs;
  const row = await beforeAnyEffect(findOrder(db, accountId, orderId));
  if (row === undefined) {
    const pending = await beforeAnyEffect(findPendingOrder(temporal, accountId, orderId, deadline));
    if (pending === null) throw orderNotFound(orderId);
  } else if (isSettled(row)) {
    return;
  }
  const workflowId = row?.workflow_id ?? orderWorkflowId(orderId);
  try {
    await temporal.withDeadline(deadline, () =>
      askAgain(() =>
        temporal.workflow.getHandle(workflowId).executeUpdate(cancelOrderUpdate, {
          args: [{ orderId }],
          updateId: cancelUpdateId(orderId),
        }),
      ),
    );
  } catch (error) {
    await answerFailure(dependencies, accountId, orderId, error);
  }
}

/** `true` when the cancel was asked for before. */
function isSettled({ status }: OrderRow): boolean {
  if (isClosed(status)) {
    throw new RefusalError('order_not_cancelable', `The order is ${status} already.`, { status });
  }
  return status === 'pending_cancel';
}

/** The run may have closed meanwhile, which the row tells; else somebody is recovering it. */
async function answerFailure(
  { db }: CancelDependencies,
  accountId: string,
  orderId: string,
  error: unknown,
): Promise<void> {
  const refusal = findRefusal(error);
  if (refusal !== null) throw refusal;
  if (!isRunGone(error) && !isOutage(error)) throw error;
  if (isRunGone(error)) {
    const row = await findOrder(db, accountId, orderId);
    if (row !== undefined && isSettled(row)) return;
  }
  throw new OutageError(
    'The order cannot be reached now, and the cancel may have been taken. Repeat the request.',
    'maybe',
    error,
    { order_id: orderId },
  );
}

export function orderNotFound(orderId: string): RefusalError {
  const id = orderId.slice(0, 100);
  return new RefusalError('order_not_found', `There is no order ${id}.`, { order_id: id });
}
