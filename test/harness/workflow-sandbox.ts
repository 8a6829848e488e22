/** Runs of workflow code in the SDK's own sandbox, created as its worker creates them. */
import vm from 'node:vm';
import type { WorkflowInfo } from '@temporalio/workflow';
import { TypedSearchAttributes } from '@temporalio/common';
import { VMWorkflowCreator } from '@temporalio/worker/lib/workflow/vm';
import { readWorkflowBundle } from './workflow-bundle';

export type SandboxedWorkflow = Awaited<ReturnType<VMWorkflowCreator['createWorkflow']>>;
/** What the SDK's core tells a run: the jobs of one workflow task, or a part of it. */
export type Activation = Parameters<SandboxedWorkflow['activate']>[0];
export type Job = NonNullable<Activation['jobs']>[number];
/** What the run answers: commands. */
export type Completion = Awaited<ReturnType<SandboxedWorkflow['activate']>>;
export type Command = NonNullable<NonNullable<Completion['successful']>['commands']>[number];

export interface RunIdentity {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly startedAtMs: number;
}

export interface WorkflowSandbox {
  create(run: RunIdentity): Promise<SandboxedWorkflow>;
}

const RANDOMNESS_SEED = [1, 2, 3, 4, 5, 6, 7, 8];
const ENDLESS_LOOP_MS = 5_000;

/** @param activities - Names of those that the worker would have registered. */
export async function createWorkflowSandbox(
  workflowsPath: string,
  activities: readonly string[],
): Promise<WorkflowSandbox> {
  const filename = 'workflow-bundle.js';
  const code = await readWorkflowBundle(workflowsPath);
  // Not by the creator's own factory: that hooks every promise of the process for stack traces.
  const creator = new VMWorkflowCreator(
    new vm.Script(code, { filename }),
    { code, filename, sourceMap: { version: 3, sources: [], names: [], mappings: '', file: '' } },
    ENDLESS_LOOP_MS,
    new Set(activities),
  );
  return {
    create: (run) =>
      creator.createWorkflow({
        info: infoOf(run),
        randomnessSeed: RANDOMNESS_SEED,
        now: run.startedAtMs,
        showStackTraceSources: false,
      }),
  };
}

function infoOf({ workflowType, workflowId, runId, startedAtMs }: RunIdentity): WorkflowInfo {
  const startTime = new Date(startedAtMs);
  const info: Omit<WorkflowInfo, 'searchAttributes'> = {
    workflowType,
    workflowId,
    runId,
    typedSearchAttributes: new TypedSearchAttributes(),
    historyLength: 3,
    historySize: 300,
    continueAsNewSuggested: false,
    targetWorkerDeploymentVersionChanged: false,
    taskQueue: 'harness',
    namespace: 'default',
    firstExecutionRunId: runId,
    originalExecutionRunId: runId,
    startTime,
    runStartTime: startTime,
    taskTimeoutMs: 10_000,
    attempt: 1,
    // The clock and the random source are put in place by the sandbox.
    unsafe: { isReplaying: false, isReplayingHistoryEvents: false } as WorkflowInfo['unsafe'],
  };
  // The rest is read from the first job.
  return info as WorkflowInfo;
}
