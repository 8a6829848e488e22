import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { bankTotal } from '../invariants/totals';
import type { Database } from '../schema/database';

export interface BankWatch {
  /** Ends the reading. */
  stop(): Promise<BankReadings>;
}

export interface BankReadings {
  readonly readings: number;
  /** Every different set of totals that was seen, in the smallest units; one is right. */
  readonly totals: readonly string[];
}

const EVERY_MS = 150;

/** Sums up everybody's money and shares again and again, each time in one snapshot. */
export function watchBank(db: Kysely<Database>): BankWatch {
  const totals = new Set<string>();
  let readings = 0;
  let stopped = false;
  const read = async (): Promise<void> => {
    while (!stopped) {
      try {
        const total = await db
          .transaction()
          .setIsolationLevel('repeatable read')
          .setAccessMode('read only')
          .execute((snapshot) => bankTotal(snapshot));
        totals.add(describe(total));
        readings += 1;
      } catch {
        // A server that is away says nothing about the money in it.
      }
      await delay(EVERY_MS);
    }
  };
  const reading = read();
  return {
    async stop() {
      stopped = true;
      await reading;
      return { readings, totals: [...totals] };
    },
  };
}

/** A symbol nobody ever held and one whose shares sum to zero are the same. */
function describe(total: ReadonlyMap<string, bigint>): string {
  const sums = [...total].filter(([unit, sum]) => unit === 'USD' || sum !== 0n);
  return sums.map(([unit, sum]) => `${unit} ${sum}`).join(', ');
}
