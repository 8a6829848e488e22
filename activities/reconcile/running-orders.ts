import type { Client } from '@temporalio/client';
import { WORKFLOW_TYPES } from '../../workflows/contract';

const PAGE_SIZE = 1_000;

/** Start of the current run, by workflow id. */
export type RunningOrders = ReadonlyMap<string, Date>;

/**
 * The order workflows that run, as visibility knows them. It lags by a second or more, so an
 * absent one is only a suspect until `describe` confirms it.
 */
export async function findRunningOrders(temporal: Client): Promise<RunningOrders> {
  const running = new Map<string, Date>();
  const query = `WorkflowType = '${WORKFLOW_TYPES.order}' AND ExecutionStatus = 'Running'`;
  for await (const run of temporal.workflow.list({ query, pageSize: PAGE_SIZE })) {
    running.set(run.workflowId, run.startTime);
  }
  return running;
}
