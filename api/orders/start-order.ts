import {
  type Client,
  WithStartWorkflowOperation,
  type WorkflowIdReusePolicy,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { LIMITS } from '../../platform/limits';
import {
  ACCEPT_UPDATE_ID,
  acceptOrderUpdate,
  type AcceptVerdict,
  type OrderInstruction,
  type OrderWorkflowInput,
  orderWorkflowId,
  searchAttribute,
  TASK_QUEUES,
  WORKFLOW_TYPES,
} from '../../workflows/contract';
import { askAgain } from './ask-again';
import { memoOf } from './order-memo';
import { describeForReader, summarize } from './order-summary';

type OrderWorkflow = (input: OrderWorkflowInput) => Promise<unknown>;

/**
 * Starts the order's workflow, or finds it, and waits for what acceptance decided. Any number of
 * equal calls share one workflow and one update; a closed run still returns its stored verdict.
 *
 * @param deadline - Milliseconds since 1970; the client retries by itself until then.
 * @throws WorkflowExecutionAlreadyStartedError if the id is used up and holds no verdict.
 */
export async function startOrder(
  temporal: Client,
  order: OrderInstruction,
  deadline: number,
  reusePolicy: WorkflowIdReusePolicy = 'REJECT_DUPLICATE',
): Promise<AcceptVerdict> {
  const options = {
    ...startOptions(order),
    workflowIdReusePolicy: reusePolicy,
    workflowIdConflictPolicy: 'USE_EXISTING',
  } as const;
  return temporal.withDeadline(deadline, () =>
    askAgain(() =>
      temporal.workflow.executeUpdateWithStart(acceptOrderUpdate, {
        updateId: ACCEPT_UPDATE_ID,
        // One operation is good for one call; what it starts is named by the order's id.
        startWorkflowOperation: new WithStartWorkflowOperation<OrderWorkflow>(
          WORKFLOW_TYPES.order,
          options,
        ),
      }),
    ),
  );
}

/**
 * Starts the order's workflow durably without waiting for its verdict.
 *
 * @throws WorkflowExecutionAlreadyStartedError if it runs already, or has run.
 */
export async function startOrderAsync(
  temporal: Client,
  order: OrderInstruction,
  deadline: number,
): Promise<void> {
  await temporal.withDeadline(deadline, () =>
    temporal.workflow.start<OrderWorkflow>(WORKFLOW_TYPES.order, {
      ...startOptions(order),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    }),
  );
}

function startOptions(order: OrderInstruction): WorkflowStartOptions<OrderWorkflow> {
  return {
    workflowId: orderWorkflowId(order.orderId),
    taskQueue: TASK_QUEUES.orders,
    args: [{ mode: 'place', order }],
    // How long an order waits that a killed worker had in hand; the engine's default is 10 s.
    workflowTaskTimeout: LIMITS.workflowTaskTimeoutMs,
    memo: memoOf(order),
    staticSummary: summarize(order),
    staticDetails: describeForReader(order),
    // Set at the start they cost nothing; each later change is an event.
    typedSearchAttributes: [
      searchAttribute('EverfillAccount', order.accountId),
      searchAttribute('EverfillSymbol', order.symbol),
      searchAttribute('EverfillStatus', 'new'),
      searchAttribute('EverfillSide', order.side),
    ],
  };
}
