import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Kysely } from 'kysely';
import { LIMITS } from '../../platform/limits';
import type { Logger } from '../../platform/logger';
import { mapBounded } from '../../platform/map-bounded';
import type { Database } from '../../schema/database';
import {
  type OrderWorkflowInput,
  type ReconcileInput,
  searchAttribute,
  TASK_QUEUES,
  WORKFLOW_TYPES,
} from '../../workflows/contract';
import { findNeedyRoots, type NeedyRoot } from './find-suspects';
import { describeNewestRun } from './newest-run';
import type { ReconcileAlarm, ReconcileMetrics } from './reconcile-metrics';
import type { RunningOrders } from './running-orders';

export interface OrphansFound {
  /** Open roots, or roots with unsettled reports, without a running workflow. */
  readonly orphans: number;
  /** Roots whose workflow was started again. */
  readonly resumed: readonly string[];
  /** Suspects beyond what one look takes; nobody looked at them. */
  readonly left: number;
  /** So many, or so thoroughly gone, that the engine lost them: nothing was started. */
  readonly alarmed: boolean;
}

interface Dependencies {
  readonly db: Kysely<Database>;
  readonly temporal: Client;
  readonly metrics: ReconcileMetrics;
  readonly logger: Logger;
}

interface Orphan extends NeedyRoot {
  /** False: the engine does not remember that it ever ran. */
  readonly known: boolean;
  /** Of the run that is gone. */
  readonly summary: string | null;
}

const CALLS_IN_FLIGHT = 16;

/**
 * Gives every order that lost its workflow (terminated, deleted, failed) a new run, which cancels
 * what is open through the book and books what was reported.
 *
 * @param running - The sieve: only roots missing here are described, so that fifty thousand
 *   resting orders cost a listing and not fifty thousand calls.
 * @param decision - What a person wants of them; without it many of them are only an alarm.
 * @throws ApplicationFailure `invalid_decision` if it is none we know.
 */
export async function resumeOrphans(
  { db, temporal, metrics, logger }: Dependencies,
  running: RunningOrders,
  decision?: ReconcileInput,
): Promise<OrphansFound> {
  assertDecision(decision);
  const needy = await findNeedyRoots(db, LIMITS.orphanAgeMs);
  const missing = needy.filter((root) => !running.has(root.workflowId));
  // Enough to tell an accident from a lost engine, whatever part of them is visibility's lag.
  const most = decision === undefined ? 2 * LIMITS.orphansPerRun : LIMITS.orphansPerDecision;
  const suspects = missing.slice(0, most);
  const left = missing.length - suspects.length;
  const confirmed = await mapBounded(suspects, CALLS_IN_FLIGHT, async (root) => {
    const { running: runs, ...past } = await describeNewestRun(temporal, root.workflowId);
    return runs ? null : { ...root, ...past };
  });
  const orphans = confirmed.filter((root) => root !== null);
  metrics.orphans.set(orphans.length);
  const alarm = decision === undefined ? findAlarm(orphans) : null;
  // What a decision has not reached yet still waits for it.
  if (decision === undefined || left === 0) metrics.setAlarm(alarm);
  if (alarm !== null) {
    logger.error(
      { orphans: orphans.length, reason: alarm },
      'too many orders without a workflow: the engine lost them, so none is canceled',
    );
    return { orphans: orphans.length, resumed: [], left, alarmed: true };
  }
  const resumed = await mapBounded(orphans, CALLS_IN_FLIGHT, async (root) => {
    const started = await startAgain(temporal, root, decision);
    if (started)
      logger.warn({ workflow_id: root.workflowId }, 'order resumed without its workflow');
    return started ? root.rootId : null;
  });
  return {
    orphans: orphans.length,
    resumed: resumed.filter((rootId) => rootId !== null),
    left,
    alarmed: false,
  };
}

/** Accidents are mended in silence; an engine that lost its store is for a person to judge. */
function findAlarm(orphans: readonly Orphan[]): ReconcileAlarm | null {
  if (orphans.length > LIMITS.orphansPerRun) return 'too_many_orphans';
  const forgotten = orphans.filter(({ open, known }) => open && !known);
  return forgotten.length > LIMITS.forgottenPerRun ? 'forgotten_orders' : null;
}

/** A person types it. */
function assertDecision(decision: ReconcileInput | undefined): void {
  if (decision === undefined || ['continue', 'cancel'].includes(decision.orphans)) return;
  throw ApplicationFailure.nonRetryable(
    'the input of reconcileWorkflow is {"orphans": "continue"} or {"orphans": "cancel"}, or none',
    'invalid_decision',
  );
}

/** @returns False when somebody else started it meanwhile. */
async function startAgain(
  temporal: Client,
  root: Orphan,
  decision: ReconcileInput | undefined,
): Promise<boolean> {
  const { rootId, accountId, symbol, open } = root;
  const cancel = open && decision?.orphans !== 'continue';
  const input: OrderWorkflowInput = { mode: 'resume', rootId, accountId, symbol, cancel };
  try {
    await temporal.workflow.start(WORKFLOW_TYPES.order, {
      workflowId: root.workflowId,
      taskQueue: TASK_QUEUES.orders,
      args: [input],
      // Whatever became of the last run, there may be another; never two at once.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      typedSearchAttributes: [
        searchAttribute('EverfillAccount', accountId),
        searchAttribute('EverfillSymbol', symbol),
        searchAttribute('EverfillStatus', 'new'),
        searchAttribute('EverfillSide', root.side),
      ],
      workflowTaskTimeout: LIMITS.workflowTaskTimeoutMs,
      staticSummary: root.summary ?? `${root.side.toUpperCase()} ${symbol}`,
      staticDetails: open
        ? 'Started again by reconcile: its order was open and no run of it was left.'
        : 'Started again by reconcile: reports wait to be booked and no run of it was left.',
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
