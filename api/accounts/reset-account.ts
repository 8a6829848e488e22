import { setTimeout as sleep } from 'node:timers/promises';
import { formatCash, parseCash } from '../../domain/decimal';
import { RefusalError } from '../../domain/refusal';
import { LIMITS } from '../../platform/limits';
import {
  type AccountResetInput,
  accountResetWorkflowId,
  searchAttribute,
  TASK_QUEUES,
  WORKFLOW_TYPES,
} from '../../workflows/contract';
import type { Dependencies } from '../dependencies';
import { beforeAnyEffect, isOutage, OutageError } from '../outage';
import { ProblemError } from '../problem-error';
import { findReset, findResetByKey } from '../queries/account-resets';
import { findAccount } from '../queries/accounts';
import { isRunGone } from '../temporal-failure';

export interface ResetRequest {
  readonly accountId: string;
  /** USD text. */
  readonly cash: string;
  /** A repeat with it finds the reset of the first time, also when that is over. */
  readonly key: string;
}

export interface ResetOutcome {
  /** `false`: the reset goes on without us. */
  readonly done: boolean;
  readonly replayed: boolean;
}

/**
 * Starts the workflow that resets an account and waits for it as long as a client waits.
 *
 * @throws RefusalError `account_resetting` when another reset is under way.
 * @throws ProblemError 409 when the key asked for another amount before.
 */
export async function resetAccount(
  dependencies: Dependencies,
  request: ResetRequest,
): Promise<ResetOutcome> {
  const { db, limits } = dependencies;
  const deadline = Date.now() + limits.orderDeadlineMs;
  const earlier = await beforeAnyEffect(findResetByKey(db, request.accountId, request.key));
  if (earlier !== undefined) {
    refuseOtherCash(earlier.cash, request);
    const done = await waitUntilDone(dependencies, request, earlier.epoch, deadline);
    return { done, replayed: true };
  }
  const account = await beforeAnyEffect(findAccount(db, request.accountId));
  if (account === undefined) {
    throw new ProblemError('account_not_found', 'The account of this key is gone.');
  }
  await start(dependencies, request, account.epoch, deadline);
  const done = await waitUntilDone(dependencies, request, account.epoch, deadline);
  return { done, replayed: false };
}

async function start(
  { temporal }: Dependencies,
  { accountId, cash, key }: ResetRequest,
  epoch: number,
  deadline: number,
): Promise<void> {
  const input: AccountResetInput = { accountId, epoch, cash, requestKey: key, rounds: 0 };
  try {
    await temporal.withDeadline(deadline, () =>
      temporal.workflow.start(WORKFLOW_TYPES.accountReset, {
        workflowId: accountResetWorkflowId(accountId, epoch),
        taskQueue: TASK_QUEUES.platform,
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowTaskTimeout: LIMITS.workflowTaskTimeoutMs,
        staticSummary: `reset to ${cash} USD`,
        typedSearchAttributes: [searchAttribute('EverfillAccount', accountId)],
      }),
    );
  } catch (error) {
    // The epoch ended since we looked; whose reset that was, the row tells.
    if (isRunGone(error)) return;
    if (!isOutage(error)) throw error;
    throw new OutageError(
      'There was no answer in time, and the reset may have begun. Repeat the same request with ' +
        `Idempotency-Key '${key}': it cannot become a second reset.`,
      'maybe',
      error,
    );
  }
}

/** The row decides: it is written and completed in the transactions that begin and end a reset. */
async function waitUntilDone(
  { db, limits }: Dependencies,
  request: ResetRequest,
  epoch: number,
  deadline: number,
): Promise<boolean> {
  for (;;) {
    const row = await findReset(db, request.accountId, epoch);
    if (row !== undefined && row.request_key !== request.key) {
      throw new RefusalError('account_resetting', 'Another reset of this account is under way.');
    }
    if (row?.completed_at != null) return true;
    if (Date.now() >= deadline) return false;
    await sleep(limits.marketCommandPollMs);
  }
}

function refuseOtherCash(stored: string, { cash, key }: ResetRequest): void {
  if (parseCash(stored) === parseCash(cash)) return;
  throw new RefusalError(
    'client_order_id_conflict',
    `Idempotency-Key: '${key}' asked for a reset to ${formatCash(parseCash(stored))} before.`,
    { field: 'Idempotency-Key', rule: 'same_request' },
  );
}
