import { WithStartWorkflowOperation } from '@temporalio/client';
import { performance } from 'node:perf_hooks';
import { LIMITS } from '../../platform/limits';
import { type LoopResult, runClosedLoop } from '../closed-loop';
import { BENCH_QUEUE } from '../worker';
import {
  answeringWorkflow,
  answerUpdate,
  bareLife,
  emptyWorkflow,
  finishSignal,
} from '../workflows';
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

/** As many signals at once as a market session sends. */
const SIGNALS_IN_FLIGHT = LIMITS.signalsInFlight;

/**
 * Lives of resting orders without anything in them: answered by update-with-start, then all
 * signaled at once, until the last has ended.
 */
export async function runBareLives(
  { temporal, run }: Bench,
  round: string,
  total: number,
  inFlight: number,
): Promise<LoopResult> {
  const idOf = (index: number): string => `bench:${run}:bare:${round}:${index}`;
  const answered = await runClosedLoop(total, inFlight, (index) =>
    temporal.workflow.executeUpdateWithStart(answerUpdate, {
      updateId: 'answer',
      startWorkflowOperation: new WithStartWorkflowOperation(bareLife, {
        workflowId: idOf(index),
        taskQueue: BENCH_QUEUE,
        args: [],
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    }),
  );
  const ended: Promise<unknown>[] = [];
  const start = performance.now();
  await runClosedLoop(total, SIGNALS_IN_FLIGHT, async (index) => {
    const handle = temporal.workflow.getHandle(idOf(index));
    await handle.signal(finishSignal);
    ended.push(handle.result());
  });
  await Promise.all(ended);
  const seconds = answered.seconds + (performance.now() - start) / 1_000;
  return { seconds, latenciesMs: answered.latenciesMs };
}
