import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Completes the sentence "waited 60 s for ...". */
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks again and again until the probe answers something other than undefined or false.
 *
 * A probe that throws counts as "not yet"; what it threw last is the cause of the time-out.
 *
 * @throws Error when the time is over; the signal's reason when it is aborted.
 */
export async function waitUntil<T>(
  options: WaitOptions,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const { what, timeoutMs, everyMs = 100, signal } = options;
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      if (error instanceof GaveUpError) throw error;
      cause = error;
    }
    if (Date.now() >= deadline) {
      const last = cause instanceof Error ? ` (last: ${cause.message})` : '';
      throw new Error(`waited ${timeoutMs / 1000} s for ${what}${last}`, { cause });
    }
    await sleep(everyMs);
  }
}

/** Thrown by a probe that knows waiting is pointless. */
export class GaveUpError extends Error {
  override readonly name = 'GaveUpError';
}
