import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../platform/logger';

const RETRY_MS = 1_000;

/** Tries until it works: a process may start before the database or the engine. */
export async function whenUp<Value>(
  what: string,
  logger: Logger,
  attempt: () => Promise<Value>,
): Promise<Value> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      logger.warn({ err: error }, `${what}: not yet`);
      await delay(RETRY_MS);
    }
  }
}
