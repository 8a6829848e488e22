import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { LIMITS } from '../../platform/limits';
import type { Database } from '../../schema/database';
import {
  type AccountResetInput,
  accountResetWorkflowId,
  searchAttribute,
  TASK_QUEUES,
  WORKFLOW_TYPES,
} from '../../workflows/contract';

/**
 * Starts every reset again that has begun and whose workflow was terminated or lost; a running one
 * stays as it is. An account that resets takes no orders, so this must not wait for a person.
 *
 * @returns Accounts whose reset was started.
 */
export async function resumeResets(db: Kysely<Database>, temporal: Client): Promise<string[]> {
  const open = await db
    .selectFrom('account_resets')
    .select(['account_id', 'epoch', 'cash', 'request_key'])
    .where('completed_at', 'is', null)
    .orderBy('requested_at')
    .execute();
  const started: string[] = [];
  for (const { account_id: accountId, epoch, cash, request_key: requestKey } of open) {
    const input: AccountResetInput = { accountId, epoch, cash, requestKey, rounds: 0 };
    if (await startUnlessRunning(temporal, input)) started.push(accountId);
  }
  return started;
}

async function startUnlessRunning(temporal: Client, input: AccountResetInput): Promise<boolean> {
  try {
    await temporal.workflow.start(WORKFLOW_TYPES.accountReset, {
      workflowId: accountResetWorkflowId(input.accountId, input.epoch),
      taskQueue: TASK_QUEUES.platform,
      args: [input],
      // Whatever became of the last run; never two at once.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      workflowTaskTimeout: LIMITS.workflowTaskTimeoutMs,
      staticSummary: `reset to ${input.cash} USD`,
      typedSearchAttributes: [searchAttribute('EverfillAccount', input.accountId)],
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
