import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoopResult } from './closed-loop';

/**
 * Starts tasks at a fixed rate whether earlier ones have ended or not, as a market's users do. A
 * task's latency counts from the moment it was due, so that a stall is felt by all that were due in
 * it: the omission that a closed loop hides.
 *
 * @param rate - Tasks a second.
 */
export async function runOpenLoop(
  total: number,
  rate: number,
  task: (index: number) => Promise<unknown>,
): Promise<LoopResult> {
  const latenciesMs: number[] = [];
  const start = performance.now();
  const tasks: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    const dueAt = start + (index * 1_000) / rate;
    const wait = dueAt - performance.now();
    if (wait > 0) await delay(wait);
    tasks.push(
      task(index).then(() => {
        latenciesMs.push(performance.now() - dueAt);
      }),
    );
  }
  await Promise.all(tasks);
  return { seconds: (performance.now() - start) / 1_000, latenciesMs };
}
