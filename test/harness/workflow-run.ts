/** One run of a workflow: messages in as jobs, commands out as effects. */
import {
  arrayFromPayloads,
  defaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import { msNumberToTs, tsToMs } from '@temporalio/common/lib/time';
import type { ActivityRunner } from './activity-runner';
import type { VirtualTime } from './virtual-time';
import type {
  Activation,
  Command,
  Completion,
  Job,
  RunIdentity,
  SandboxedWorkflow,
} from './workflow-sandbox';

/** How a run stands. */
export type Outcome =
  | { readonly kind: 'running' }
  | { readonly kind: 'completed'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'canceled' }
  | { readonly kind: 'continued_as_new'; readonly args: readonly unknown[] };

export interface Task {
  readonly activation: Activation;
  /** As `printCommands` prints them. */
  readonly commands: string;
  /** Ways of the SDK that the task relied on; a replay must go the same. */
  readonly flags: readonly number[];
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

type Payload = ReturnType<typeof defaultPayloadConverter.toPayload>;
type Failure = Parameters<typeof defaultFailureConverter.failureToError>[0];

/** A server takes 2,000 updates of a run and suggests a new one after nine tenths of them. */
export const UPDATES_BEFORE_SUGGESTION = 1_800;

const RUNNING: Outcome = { kind: 'running' };

/** Drives one run; its jobs of one moment go in together, as one workflow task. */
export class WorkflowRun {
  outcome: Outcome = RUNNING;
  /** As the newest upserts left them. */
  readonly searchAttributes: Record<string, unknown> = {};
  /** What went in and came out, for a replay. */
  readonly history: Task[] = [];
  readonly identity: RunIdentity;
  private readonly workflow: SandboxedWorkflow;
  private readonly time: VirtualTime;
  private readonly activities: ActivityRunner;
  /** Has the run pumped soon. */
  private readonly wake: () => void;
  private readonly updates = new Map<string, Waiting>();
  private readonly timers = new Map<number, () => void>();
  private localSteps = 0;
  private updatesTaken = 0;
  private jobs: Job[] = [];

  constructor(
    identity: RunIdentity,
    workflow: SandboxedWorkflow,
    time: VirtualTime,
    activities: ActivityRunner,
    wake: () => void,
  ) {
    this.wake = wake;
    this.identity = identity;
    this.workflow = workflow;
    this.time = time;
    this.activities = activities;
  }

  /** Queues a message; a closed run takes none, as on a server. */
  enqueue(job: Job): void {
    if (this.outcome.kind === 'running') this.jobs.push(job);
  }

  /** Resolves when the run answers; rejects when it refuses, fails, or is closed already. */
  update(name: string, id: string, args: readonly unknown[]): Promise<unknown> {
    if (this.outcome.kind !== 'running') return Promise.reject(closedError(this.identity));
    const input = toPayloads(args);
    const answer = new Promise<unknown>((resolve, reject) => {
      this.updates.set(id, { resolve, reject });
    });
    // Whoever cares awaits it; a test may look at something else first.
    answer.catch(() => undefined);
    const job = { id, protocolInstanceId: id, name, input, runValidator: true };
    this.enqueue({ doUpdate: job });
    this.updatesTaken += 1;
    return answer;
  }

  /** @returns False if there was nothing to tell. */
  async pump(): Promise<boolean> {
    if (this.jobs.length === 0 || this.outcome.kind !== 'running') return false;
    const jobs = this.jobs.splice(0);
    const activation = { ...this.frame(), jobs: inCoreOrder(jobs) };
    const completion = await this.workflow.activate(activation);
    const commands = commandsOf(completion);
    const flags = completion.successful?.usedInternalFlags ?? [];
    this.history.push({ activation, commands: printCommands(commands), flags });
    for (const command of commands) this.perform(command);
    return true;
  }

  async query(queryType: string, args: readonly unknown[]): Promise<unknown> {
    const queryWorkflow = { queryId: 'query', queryType, arguments: toPayloads(args) };
    // A query's job goes in as it is, so it carries the name that decoding would have given it.
    const job = { queryWorkflow, variant: 'queryWorkflow' } as const;
    const completion = await this.workflow.activate({ ...this.frame(), jobs: [job] });
    const answer = commandsOf(completion)[0]?.respondToQuery;
    if (answer?.failed != null) throw toError(answer.failed);
    return fromPayload(answer?.succeeded?.response);
  }

  async dispose(): Promise<void> {
    await this.workflow.dispose();
  }

  private frame(): Activation {
    return {
      runId: this.identity.runId,
      timestamp: msNumberToTs(this.time.now()),
      isReplaying: false,
      historyLength: 3 + 3 * this.history.length,
      continueAsNewSuggested: this.updatesTaken >= UPDATES_BEFORE_SUGGESTION,
    };
  }

  private perform(command: Command): void {
    if (command.scheduleLocalActivity != null || command.scheduleActivity != null) {
      this.runActivity(command, command.scheduleLocalActivity != null ? 1 : 0);
    } else if (command.startTimer != null) {
      const seq = command.startTimer.seq ?? 0;
      const delayMs = tsToMs(command.startTimer.startToFireTimeout);
      const cancel = this.time.after(delayMs, () => this.enqueue({ fireTimer: { seq } }));
      this.timers.set(seq, cancel);
    } else if (command.cancelTimer != null) {
      this.timers.get(command.cancelTimer.seq ?? 0)?.();
    } else if (command.updateResponse != null) {
      this.answerUpdate(command.updateResponse);
    } else if (command.upsertWorkflowSearchAttributes != null) {
      const { indexedFields } = command.upsertWorkflowSearchAttributes.searchAttributes ?? {};
      for (const [name, payload] of Object.entries(indexedFields ?? {})) {
        this.searchAttributes[name] = fromPayload(payload);
      }
    } else {
      this.close(command);
    }
  }

  /** Core resolves local ones in the order they end, but replays them in the order they began. */
  private runActivity(command: Command, localSteps: 0 | 1): void {
    this.localSteps += localSteps;
    if (this.localSteps > 1) throw new Error('two local activities at once cannot be replayed');
    this.activities.run(command, (job) => {
      this.localSteps -= localSteps;
      this.enqueue(job);
      this.wake();
    });
  }

  private answerUpdate(response: NonNullable<Command['updateResponse']>): void {
    const id = response.protocolInstanceId ?? '';
    const waiting = this.updates.get(id);
    if (response.rejected != null) waiting?.reject(toError(response.rejected));
    else if (response.completed != null) waiting?.resolve(fromPayload(response.completed));
    else return;
    this.updates.delete(id);
  }

  private close(command: Command): void {
    this.outcome = outcomeOf(command);
    for (const waiting of this.updates.values()) waiting.reject(closedError(this.identity));
    this.updates.clear();
  }
}

/** The order in which core gives the jobs of one task to the workflow. */
const CORE_ORDER: readonly (keyof Job)[] = [
  'initializeWorkflow',
  'signalWorkflow',
  'cancelWorkflow',
  'doUpdate',
];

function inCoreOrder(jobs: readonly Job[]): Job[] {
  const place = (job: Job): number => {
    const found = CORE_ORDER.findIndex((kind) => job[kind] != null);
    return found === -1 ? CORE_ORDER.length : found;
  };
  return [...jobs].sort((a, b) => place(a) - place(b));
}

function commandsOf({ successful, failed }: Completion): readonly Command[] {
  // A bug in the workflow: a server would try the task again until it is redeployed.
  if (failed?.failure != null) throw toError(failed.failure);
  return successful?.commands ?? [];
}

function outcomeOf(command: Command): Outcome {
  const { completeWorkflowExecution: completed, failWorkflowExecution: failed } = command;
  const continued = command.continueAsNewWorkflowExecution;
  if (completed != null) return { kind: 'completed', result: fromPayload(completed.result) };
  if (failed != null) return { kind: 'failed', error: toError(failed.failure ?? {}) };
  if (command.cancelWorkflowExecution != null) return { kind: 'canceled' };
  if (continued != null) {
    const args = arrayFromPayloads(defaultPayloadConverter, continued.arguments);
    return { kind: 'continued_as_new', args };
  }
  throw new Error(`the harness does not know the command ${Object.keys(command).join(', ')}`);
}

/** Bytes as base64, so that equal commands print alike whichever realm they come from. */
export function printCommands(commands: readonly Command[]): string {
  return JSON.stringify(commands, (_, value: unknown) =>
    ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
      : value,
  );
}

export function toPayloads(values: readonly unknown[]): Payload[] {
  return values.map((value) => defaultPayloadConverter.toPayload(value));
}

function fromPayload(payload: Payload | null | undefined): unknown {
  return payload == null ? undefined : defaultPayloadConverter.fromPayload(payload);
}

function toError(failure: Failure): Error {
  return defaultFailureConverter.failureToError(failure, defaultPayloadConverter);
}

function closedError({ workflowId }: RunIdentity): Error {
  return new Error(`workflow ${workflowId} completed before the update was answered`);
}
