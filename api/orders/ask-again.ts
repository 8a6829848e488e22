import { setTimeout as delay } from 'node:timers/promises';
import { listCauses } from '../../platform/causes';

const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 50;

/**
 * Sends an update again that the engine lost: one that comes in the moment in which its workflow
 * closes, or is rung, fails with the task that was under way although nothing refused it. Its id is
 * the same each time, so however often it is sent it is one request.
 */
export async function askAgain<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === ATTEMPTS || !isUpdateLost(error)) throw error;
      await delay(FIRST_PAUSE_MS * attempt);
    }
  }
}

/** FAILED_PRECONDITION of gRPC says many things; this one only in words. */
const LOST = /workflow task (failure|in failed state)/i;

/** Whether the workflow was in no state to hear the update, which says nothing about the update. */
export function isUpdateLost(error: unknown): boolean {
  return listCauses(error).some(({ message }) => LOST.test(String(message)));
}
