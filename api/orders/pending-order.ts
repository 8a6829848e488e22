import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/client';
import {
  type OrderInstruction,
  type OrderWorkflowInput,
  orderWorkflowId,
} from '../../workflows/contract';
import { readMemo } from './order-memo';

/** An order that is durably started and has no row yet. */
export interface PendingOrder {
  readonly order: OrderInstruction;
  readonly startedAt: Date;
}

/**
 * Asks Temporal for an order of this account that acceptance has not written yet.
 *
 * @param deadline - Milliseconds since 1970.
 * @returns `null` if there is none, or it is somebody else's.
 */
export async function findPendingOrder(
  temporal: Client,
  accountId: string,
  orderId: string,
  deadline: number,
): Promise<PendingOrder | null> {
  return temporal.withDeadline(deadline, async () => {
    const handle = temporal.workflow.getHandle(orderWorkflowId(orderId));
    try {
      const description = await handle.describe();
      if (description.status.name !== 'RUNNING') return null;
      if (readMemo(description.memo)?.accountId !== accountId) return null;
      const order = await readInstruction(temporal, orderId);
      return order === null ? null : { order, startedAt: description.startTime };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  });
}

/** The instruction is the workflow's argument, in the first event of its history. */
async function readInstruction(
  temporal: Client,
  orderId: string,
): Promise<OrderInstruction | null> {
  const { history } = await temporal.workflowService.getWorkflowExecutionHistory({
    namespace: temporal.options.namespace,
    execution: { workflowId: orderWorkflowId(orderId) },
    maximumPageSize: 1,
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const payload = started?.input?.payloads?.[0];
  if (payload === undefined) return null;
  const input = defaultPayloadConverter.fromPayload<OrderWorkflowInput>(payload);
  return input.mode === 'place' ? input.order : null;
}
