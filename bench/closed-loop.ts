import { performance } from 'node:perf_hooks';

export interface LoopResult {
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
}

/** Runs `total` tasks with `inFlight` under way at any time, and times each and the whole. */
export async function runClosedLoop(
  total: number,
  inFlight: number,
  task: (index: number) => Promise<unknown>,
): Promise<LoopResult> {
  const latenciesMs: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < total) {
      const index = next;
      next += 1;
      const start = performance.now();
      await task(index);
      latenciesMs.push(performance.now() - start);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: Math.min(inFlight, total) }, lane));
  return { seconds: (performance.now() - start) / 1_000, latenciesMs };
}

/** Each question takes processor time from what it asks about. */
const ASK_AGAIN_MS = 50;

/** Asks again and again until the answer is yes; throws after the deadline. */
export async function waitUntil(
  what: string,
  isTrue: () => Promise<boolean>,
  deadlineMs: number,
  pauseMs = ASK_AGAIN_MS,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
