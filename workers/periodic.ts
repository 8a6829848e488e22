import { setTimeout as delay } from 'node:timers/promises';

export interface Periodic {
  /** Resolves when the step under way has ended; no other begins. */
  stop(): Promise<void>;
}

/**
 * Repeats a step, one at a time, with a pause after each. A step that fails is reported and the
 * next one comes in its time.
 */
export function startPeriodic(
  everyMs: number,
  step: () => Promise<void>,
  onError: (error: unknown) => void,
): Periodic {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pause = () => delay(everyMs, undefined, { signal }).catch(() => undefined);
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await step().catch(onError);
      await pause();
    }
  };
  const ended = run();
  return {
    stop() {
      stopping.abort();
      return ended;
    },
  };
}
