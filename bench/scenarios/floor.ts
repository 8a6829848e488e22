import { WithStartWorkflowOperation } from '@temporalio/client';
import { type LoopResult, runClosedLoop } from '../closed-loop';
import { BENCH_QUEUE } from '../worker';
import { answeringWorkflow, answerUpdate, emptyWorkflow } from '../workflows';
import type { Bench } from './scenario';

/** Empty workflows, started and awaited. */
export function runEmptyWorkflows(
  { temporal, run }: Bench,
  round: string,
  total: number,
  inFlight: number,
): Promise<LoopResult> {
  return runClosedLoop(total, inFlight, (index) =>
    temporal.workflow.execute(emptyWorkflow, {
      workflowId: `bench:${run}:empty:${round}:${index}`,
      taskQueue: BENCH_QUEUE,
    }),
  );
}

/** Empty workflows answered by update-with-start: what accepting an order cannot undercut. */
export function runEmptyUpdates(
  { temporal, run }: Bench,
  round: string,
  total: number,
  inFlight: number,
): Promise<LoopResult> {
  return runClosedLoop(total, inFlight, (index) =>
    temporal.workflow.executeUpdateWithStart(answerUpdate, {
      updateId: 'answer',
      startWorkflowOperation: new WithStartWorkflowOperation(answeringWorkflow, {
        workflowId: `bench:${run}:answer:${round}:${index}`,
        taskQueue: BENCH_QUEUE,
        args: [],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    }),
  );
}
