/**
 * Drives workflow code in the SDK's own sandbox with a clock of its own and no server: the harness
 * stands where core stands, so messages, activities, retries and timers reach the code as jobs and
 * leave it as commands. Nothing of the SDK is replaced.
 */
import { randomUUID } from 'node:crypto';
import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time';
import { type Activities, createActivityRunner } from './activity-runner';
import { createVirtualTime, type VirtualTime } from './virtual-time';
import { type Outcome, printCommands, toPayloads, WorkflowRun } from './workflow-run';
import { createWorkflowSandbox, type WorkflowSandbox } from './workflow-sandbox';

type Duration = Parameters<typeof msToNumber>[0];

export interface WorkflowHarnessOptions {
  /** From the root of the repository, without extension. */
  readonly workflowsPath: string;
  readonly activityNames: readonly string[];
}

export interface WorkflowHandle {
  /** Delivers and lets the workflow come to rest. */
  signal<Args extends unknown[]>(signal: SignalDefinition<Args>, ...args: Args): Promise<void>;
  /**
   * Delivers at once and resolves with the answer. Equal ids share one update.
   *
   * @throws The failure with which the workflow refused it, or an error if it closed first.
   */
  update<Result, Args extends unknown[]>(
    update: UpdateDefinition<Result, Args>,
    id: string,
    ...args: Args
  ): Promise<Result>;
  query<Result, Args extends unknown[]>(
    query: QueryDefinition<Result, Args>,
    ...args: Args
  ): Promise<Result>;
  /** Requests cancellation, as the button of the Temporal UI does. */
  cancel(): Promise<void>;
  outcome(): Outcome;
  /** @throws Error if it did not complete. */
  result(): unknown;
  /** What the Temporal UI shows beside the run. */
  details(): Promise<string>;
  readonly searchAttributes: Readonly<Record<string, unknown>>;
}

export interface WorkflowHarness {
  /**
   * @param input - The workflow's arguments, as they would be sent.
   * @param first - Sends messages that arrive together with the start.
   */
  start(
    workflowType: string,
    input: readonly unknown[],
    first?: (run: WorkflowHandle) => void,
  ): Promise<WorkflowHandle>;
  /** Inputs of the attempts of an activity so far, in their order. */
  calls(activity: string): unknown[];
  advance(duration: Duration): Promise<void>;
  /** Lets every run come to rest: nothing can happen before a message, an activity or time. */
  idle(): Promise<void>;
  /** Runs every history again from its beginning, and compares what the code answers. */
  replay(): Promise<void>;
  close(): Promise<void>;
}

const START_MS = Date.UTC(2026, 0, 5, 10);

export interface WorkflowHarnessFactory {
  /** @param activities - Called with what the workflow sent; whether they fail decides retries. */
  create(activities: Activities): WorkflowHarness;
}

/** Loads the workflow code once; each test then has a harness of its own. */
export async function loadWorkflowHarness(
  options: WorkflowHarnessOptions,
): Promise<WorkflowHarnessFactory> {
  const sandbox = await createWorkflowSandbox(options.workflowsPath, options.activityNames);
  return { create: (activities) => createHarness(sandbox, activities) };
}

function createHarness(sandbox: WorkflowSandbox, activities: Activities): WorkflowHarness {
  const time = createVirtualTime(START_MS);
  const runner = createActivityRunner(activities, time);
  const runs: WorkflowRun[] = [];
  let pumping: Promise<void> | null = null;

  const pumpAll = async (): Promise<void> => {
    do {
      // Activities that are ready settle before the turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    } while (await pumpOnce(runs));
  };
  const idle = (): Promise<void> => {
    pumping ??= pumpAll().finally(() => {
      pumping = null;
    });
    return pumping;
  };

  return {
    async start(workflowType, input, first) {
      const runId = randomUUID();
      const startedAtMs = time.now();
      const identity = { workflowType, workflowId: `test:${runId}`, runId, startedAtMs };
      const workflow = await sandbox.create(identity);
      const run = new WorkflowRun(identity, workflow, time, runner, () => void idle());
      run.enqueue({ initializeWorkflow: { workflowType, arguments: toPayloads(input) } });
      const handle = createHandle(run, idle);
      first?.(handle);
      runs.push(run);
      await idle();
      return handle;
    },
    calls: (activity) =>
      runner.calls.filter(({ name }) => name === activity).map(({ args }) => args[0]),
    advance: (duration) => advance(time, idle, msToNumber(duration)),
    idle,
    async replay() {
      for (const run of runs) await replayRun(sandbox, run);
    },
    async close() {
      await Promise.all(runs.map((run) => run.dispose()));
    },
  };
}

async function pumpOnce(runs: readonly WorkflowRun[]): Promise<boolean> {
  let moved = false;
  for (const run of runs) moved = (await run.pump()) || moved;
  return moved;
}

async function advance(
  time: VirtualTime,
  idle: () => Promise<void>,
  durationMs: number,
): Promise<void> {
  const untilMs = time.now() + durationMs;
  do {
    await idle();
  } while (time.step(untilMs));
}

function createHandle(run: WorkflowRun, idle: () => Promise<void>): WorkflowHandle {
  const updates = new Map<string, Promise<unknown>>();
  return {
    async signal(signal, ...args) {
      run.enqueue({ signalWorkflow: { signalName: signal.name, input: toPayloads(args) } });
      await idle();
    },
    update<Result>(update: { readonly name: string }, id: string, ...args: unknown[]) {
      const answer = updates.get(id) ?? run.update(update.name, id, args);
      updates.set(id, answer);
      void idle();
      return answer as Promise<Result>;
    },
    query: <Result>(query: { readonly name: string }, ...args: unknown[]) =>
      run.query(query.name, args) as Promise<Result>,
    async cancel() {
      run.enqueue({ cancelWorkflow: { reason: 'requested in the UI' } });
      await idle();
    },
    outcome: () => run.outcome,
    result() {
      if (run.outcome.kind === 'completed') return run.outcome.result;
      throw new Error(`the workflow is ${run.outcome.kind}`);
    },
    async details() {
      const metadata = await run.query('__temporal_workflow_metadata', []);
      return (metadata as { currentDetails: string }).currentDetails;
    },
    searchAttributes: run.searchAttributes,
  };
}

/** @throws Error if the code answers a task of its history with other commands. */
async function replayRun(sandbox: WorkflowSandbox, run: WorkflowRun): Promise<void> {
  const replayed = await sandbox.create(run.identity);
  for (const [task, { activation, commands, flags }] of run.history.entries()) {
    const { successful, failed } = await replayed.activate({
      ...activation,
      isReplaying: true,
      availableInternalFlags: [...flags],
    });
    const again = printCommands(successful?.commands ?? []);
    if (again === commands) continue;
    const answer = failed?.failure?.message ?? again;
    throw new Error(`task ${task} answered ${commands}, its replay ${answer}`);
  }
  await replayed.dispose();
}
