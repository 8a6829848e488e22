import { LIMITS } from '../platform/limits';
import type { Logger } from '../platform/logger';
import type { Publisher } from './publish-events';

/**
 * Publishes off the order's own path, a moment after the step: what comes meanwhile shares the
 * transaction, and an order that fills at once is published with its fill. The relay finds what
 * this misses.
 */
export function createAnnouncer(publisher: Publisher, logger: Logger): (accountId: string) => void {
  const waiting = new Set<string>();
  const publish = async (accountId: string): Promise<void> => {
    try {
      await publisher.publish(accountId);
    } catch (error) {
      logger.warn({ err: error, account_id: accountId }, 'publication waits for the relay');
    }
  };
  const announceAll = (): void => {
    for (const accountId of waiting) void publish(accountId);
    waiting.clear();
  };
  return (accountId) => {
    if (waiting.size === 0) setTimeout(announceAll, LIMITS.announceAfterMs).unref();
    waiting.add(accountId);
  };
}
