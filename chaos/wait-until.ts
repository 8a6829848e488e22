import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is neither `undefined`, `null` nor `false`; a question that
 * throws has no answer yet.
 *
 * @returns The answer, or `null` when there was none in time.
 */
export async function waitUntil<Answer>(
  timeoutMs: number,
  ask: () => Promise<Answer | undefined | null | false> | Answer | undefined | null | false,
  everyMs = 50,
): Promise<Answer | null> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
    } catch {
      // Servers are being killed: asking again is the whole point.
    }
    if (performance.now() >= deadline) return null;
    await delay(everyMs);
  }
}
