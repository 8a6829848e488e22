import { bankTotal } from '../../invariants/totals';
import type { Broker } from './broker';

export interface BankWatch {
  /** Ends the reading; throws unless every reading was the same, and there were some. */
  stop(): Promise<void>;
}

/**
 * Sums up everybody's money again and again while a fault is on: the total may never move, not for
 * a moment, whatever is killed.
 */
export function watchBank(broker: Broker): BankWatch {
  const totals = new Map<string, number>();
  let watching = true;
  const watch = async (): Promise<void> => {
    while (watching) {
      const total = await bankTotal(broker.db).catch(() => undefined);
      // A server that is away says nothing about the money in it.
      const text = total === undefined ? 'unreadable' : total.get('USD')?.toString();
      if (text !== undefined) totals.set(text, (totals.get(text) ?? 0) + 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const ended = watch();
  return {
    async stop() {
      watching = false;
      await ended;
      totals.delete('unreadable');
      expect([...totals.keys()]).toHaveLength(1);
    },
  };
}
