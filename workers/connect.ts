import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from '../platform/logger';

/** Waits for the Temporal server as long as it takes: a worker may start before its engine. */
export async function connectWhenUp(address: string, logger: Logger): Promise<NativeConnection> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await NativeConnection.connect({ address });
    } catch (error) {
      logger.warn({ err: error, address, attempt }, 'Temporal does not answer yet');
      await delay(Math.min(5_000, 250 * 2 ** Math.min(attempt, 5)));
    }
  }
}
