import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatabaseHandle } from '../../platform/database';
import { commitStep, type PreparedStep, prepareStep } from './commit-step';
import type { CursorRow } from './cursor-row';
import type { StepWrites } from './step';

/** A step that is matched and waits to be stored. */
export interface MatchedStep {
  readonly cursor: CursorRow;
  readonly writes: StepWrites;
  /** Called soon after it is stored: a step that waits is sent before anybody is told of this. */
  readonly onStored: (elapsedMs: number) => void;
  readonly onRefused: (problem: string) => void;
}

/**
 * Stores steps one after the other while the next one is matched. Only one is ever under way, so a
 * session never knows more than one step that Postgres may not know.
 */
export interface StepWriter {
  /** Commands of the step under way: their rows still look pending. */
  readonly storing: readonly string[];
  /**
   * Begins to store a step as soon as the one before is stored.
   *
   * @throws Why the step before could not be stored; this one is then lost, as it must be.
   */
  write(step: MatchedStep): Promise<void>;
  /** @throws Why a step could not be stored, as soon as that is known. */
  check(): void;
  /** Resolves when nothing is under way. @throws Why the last step could not be stored. */
  drain(): Promise<void>;
}

/** @param onFailure - Called when a step could not be stored, to end what the caller waits for. */
export function createStepWriter(pool: DatabaseHandle['pool'], onFailure: () => void): StepWriter {
  let storing: readonly string[] = [];
  let underWay = Promise.resolve();
  let told = Promise.resolve();
  let failure: { readonly error: unknown } | null = null;

  const fail = (error: unknown): void => {
    failure = { error };
    onFailure();
  };
  const tell = async (onStored: MatchedStep['onStored'], elapsedMs: number): Promise<void> => {
    await nextTurn();
    try {
      onStored(elapsedMs);
    } catch (error) {
      fail(error);
    }
  };
  const store = async (prepared: PreparedStep, step: MatchedStep): Promise<void> => {
    const { onStored, onRefused } = step;
    const startedAt = performance.now();
    try {
      await commitStep(pool, prepared);
      storing = [];
      told = tell(onStored, performance.now() - startedAt);
    } catch (error) {
      if (isContentRefused(error)) onRefused((error as Error).message);
      fail(error);
    }
  };
  const check = (): void => {
    if (failure !== null) throw failure.error;
  };
  const finish = async (): Promise<void> => {
    await underWay;
    check();
  };

  return {
    get storing() {
      return storing;
    },
    async write(step) {
      // Made while Postgres is at the step before: that is the one which all others wait for.
      const prepared = prepareStep(step.cursor, step.writes);
      await finish();
      storing = step.writes.applied;
      underWay = store(prepared, step);
    },
    check,
    async drain() {
      await underWay;
      await told;
      check();
    },
  };
}

/**
 * Whether Postgres refuses a value or a constraint, as it would each time. A count of commands that
 * differs (22P02) is a matter of two sessions, not of content.
 */
function isContentRefused(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return false;
  return (code.startsWith('22') && code !== '22P02') || code.startsWith('23');
}
