import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { LIMITS } from '../../platform/limits';
import {
  type OrderInstruction,
  orderWorkflowId,
  searchAttribute,
  TASK_QUEUES,
  WORKFLOW_TYPES,
} from '../../workflows/contract';

/**
 * Starts the workflow of an order that no client asked for, and does not wait for its verdict.
 * Safe to repeat: the order's id names the workflow, and one that ran is not run again.
 */
export function createForcedOrderStarter(temporal: Client, deadlineMs: number) {
  return async (order: OrderInstruction): Promise<void> => {
    const start = () =>
      temporal.workflow.start(WORKFLOW_TYPES.order, {
        workflowId: orderWorkflowId(order.orderId),
        taskQueue: TASK_QUEUES.orders,
        args: [{ mode: 'place', order }],
        workflowTaskTimeout: LIMITS.workflowTaskTimeoutMs,
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        staticSummary: `margin call: ${order.side} ${order.quantity} ${order.symbol}`,
        typedSearchAttributes: [
          searchAttribute('EverfillAccount', order.accountId),
          searchAttribute('EverfillSymbol', order.symbol),
          searchAttribute('EverfillStatus', 'new'),
          searchAttribute('EverfillSide', order.side),
        ],
      });
    try {
      await temporal.withDeadline(Date.now() + deadlineMs, start);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
}
