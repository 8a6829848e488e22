import { type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import { LIMITS } from '../../platform/limits';
import { RECONCILE_SCHEDULE_ID, TASK_QUEUES, WORKFLOW_TYPES } from '../../workflows/contract';

/**
 * Puts the schedule of reconciliation in place; one that exists stays as it is.
 *
 * @returns True when it was not there.
 */
export async function ensureReconcileSchedule(temporal: Client): Promise<boolean> {
  try {
    await temporal.schedule.create({
      scheduleId: RECONCILE_SCHEDULE_ID,
      spec: { intervals: [{ every: LIMITS.reconcileEveryMs }] },
      action: {
        type: 'startWorkflow',
        workflowType: WORKFLOW_TYPES.reconcile,
        workflowId: RECONCILE_SCHEDULE_ID,
        taskQueue: TASK_QUEUES.platform,
        workflowTaskTimeout: LIMITS.workflowTaskTimeoutMs,
        workflowExecutionTimeout: 6 * LIMITS.reconcileEveryMs,
        staticSummary: 'feeds running, orders with their workflows, ledger exact',
      },
      policies: {
        // After an outage one run looks at everything; the ones that were missed have no use.
        catchupWindow: LIMITS.reconcileEveryMs,
        overlap: ScheduleOverlapPolicy.SKIP,
      },
      state: { triggerImmediately: true },
    });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}
