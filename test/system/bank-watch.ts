import { setTimeout as delay } from 'node:timers/promises';
import { bankTotal } from '../../invariants/totals';
import type { Broker } from './broker';

const EVERY_MS = 100;

/**
 * Runs `during` and sums up everybody's money again and again meanwhile: the total may not move,
 * not for a moment, whatever is killed.
 */
export async function withBankWatched(broker: Broker, during: () => Promise<void>): Promise<void> {
  const totals = new Set<string>();
  const over = new AbortController();
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      // A server that is away says nothing about the money in it.
      const total = await bankTotal(broker.db).catch(() => undefined);
      if (total !== undefined) totals.add(String(total.get('USD')));
      await delay(EVERY_MS);
    }
  };
  const ended = watch();
  try {
    await during();
  } finally {
    over.abort();
    await ended;
  }
  expect([...totals]).toHaveLength(1);
}
