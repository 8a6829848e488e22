/** What the SDK's core does with an activity: run it, retry it, tell the workflow how it went. */
import {
  type ActivityFunction,
  ActivityFailure,
  arrayFromPayloads,
  defaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import { msNumberToTs, optionalTsToMs } from '@temporalio/common/lib/time';
import type { Command, Job } from './workflow-sandbox';
import type { VirtualTime } from './virtual-time';

type LocalSchedule = NonNullable<Command['scheduleLocalActivity']>;
type RemoteSchedule = NonNullable<Command['scheduleActivity']>;
type Resolution = NonNullable<Job['resolveActivity']>;

/** By name; each takes what the workflow sends. */
export type Activities = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>;

/** One attempt, in the order they began. */
export interface ActivityCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface ActivityRunner {
  readonly calls: readonly ActivityCall[];
  /** Runs attempts until there is something to tell, which `tell` then does. */
  run(command: Command, tell: (job: Job) => void): void;
}

/** Core keeps a local retry in the worker up to here unless the options say otherwise. */
const DEFAULT_LOCAL_RETRY_THRESHOLD_MS = 60_000;

export function createActivityRunner(activities: Activities, time: VirtualTime): ActivityRunner {
  const calls: ActivityCall[] = [];

  const attempt = async (schedule: Schedule, tell: (job: Job) => void): Promise<void> => {
    const call = { name: schedule.name, args: schedule.args };
    calls.push(call);
    const resolve = (result: NonNullable<Resolution['result']>): void => {
      tell({ resolveActivity: { seq: schedule.seq, result, isLocal: schedule.isLocal } });
    };
    try {
      const activity = activities[schedule.name] as ActivityFunction | undefined;
      if (activity === undefined) throw new Error(`no activity ${schedule.name} was given`);
      const value: unknown = await activity(...schedule.args);
      resolve({ completed: { result: defaultPayloadConverter.toPayload(value) } });
    } catch (error) {
      const backoffMs = backoffOf(schedule, error, time.now());
      if (backoffMs === null) {
        resolve({ failed: { failure: failureOf(schedule, error) } });
        return;
      }
      const next = { ...schedule, attempt: schedule.attempt + 1 };
      if (backoffMs <= schedule.localRetryThresholdMs) {
        time.after(backoffMs, () => void attempt(next, tell));
        return;
      }
      resolve({
        backoff: {
          attempt: next.attempt,
          backoffDuration: msNumberToTs(backoffMs),
          originalScheduleTime: msNumberToTs(schedule.scheduledAtMs),
        },
      });
    }
  };

  return {
    calls,
    run(command, tell) {
      void attempt(readSchedule(command, time.now()), tell);
    },
  };
}

interface Schedule {
  readonly seq: number;
  readonly name: string;
  readonly args: readonly unknown[];
  readonly isLocal: boolean;
  readonly attempt: number;
  readonly scheduledAtMs: number;
  readonly scheduleToCloseMs: number | undefined;
  readonly localRetryThresholdMs: number;
  readonly retryPolicy: LocalSchedule['retryPolicy'];
}

function readSchedule(command: Command, nowMs: number): Schedule {
  const local = command.scheduleLocalActivity;
  const options: LocalSchedule & RemoteSchedule = local ?? command.scheduleActivity ?? {};
  return {
    seq: options.seq ?? 0,
    name: options.activityType ?? '',
    args: arrayFromPayloads(defaultPayloadConverter, options.arguments),
    isLocal: local != null,
    attempt: local?.attempt ?? 1,
    scheduledAtMs: optionalTsToMs(local?.originalScheduleTime) ?? nowMs,
    scheduleToCloseMs: optionalTsToMs(options.scheduleToCloseTimeout),
    // Retries of a regular activity are the server's: the workflow hears nothing of them.
    localRetryThresholdMs:
      local == null
        ? Infinity
        : (optionalTsToMs(local.localRetryThreshold) ?? DEFAULT_LOCAL_RETRY_THRESHOLD_MS),
    retryPolicy: options.retryPolicy,
  };
}

/** Milliseconds until the next attempt; `null` if there is none. */
function backoffOf(schedule: Schedule, error: unknown, nowMs: number): number | null {
  const policy = schedule.retryPolicy;
  const failure = defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
  const type = failure.applicationFailureInfo?.type ?? '';
  if (failure.applicationFailureInfo?.nonRetryable === true) return null;
  if (policy?.nonRetryableErrorTypes?.includes(type) === true) return null;
  const mostAttempts = policy?.maximumAttempts ?? 0;
  if (mostAttempts > 0 && schedule.attempt >= mostAttempts) return null;
  const initialMs = optionalTsToMs(policy?.initialInterval) ?? 1_000;
  const mostMs = optionalTsToMs(policy?.maximumInterval) ?? initialMs * 100;
  const factor = (policy?.backoffCoefficient ?? 2) ** (schedule.attempt - 1);
  const backoffMs = Math.min(initialMs * factor, mostMs);
  const spentMs = nowMs - schedule.scheduledAtMs;
  const { scheduleToCloseMs = Infinity } = schedule;
  return spentMs + backoffMs > scheduleToCloseMs ? null : backoffMs;
}

function failureOf({ name, seq }: Schedule, error: unknown) {
  const cause = error instanceof Error ? error : new Error(String(error));
  const failure = new ActivityFailure(
    'Activity task failed',
    name,
    String(seq),
    'NON_RETRYABLE_FAILURE',
    undefined,
    cause,
  );
  return defaultFailureConverter.errorToFailure(failure, defaultPayloadConverter);
}
