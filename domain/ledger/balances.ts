import type { Unit } from './accounts';
import type { Journal, LedgerEntry } from './journal';

export interface Balance {
  readonly amount: bigint;
  /** Entries booked so far; the first has version 1. */
  readonly version: number;
  /** The least it may be; `null` has no floor. */
  readonly floor: bigint | null;
}

/** Balances by account and unit. */
export type Balances = ReadonlyMap<string, Balance>;

export const balanceKey = (account: string, unit: Unit): string => `${account} ${unit}`;

export type Booking =
  | { readonly booked: true; readonly balances: Balances }
  /** The first line that would break its account's floor; nothing is booked. */
  | { readonly booked: false; readonly refused: LedgerEntry };

/** Books a journal whole or not at all. Accounts not seen before open at 0 without a floor. */
export function bookJournal(balances: Balances, journal: Journal): Booking {
  const next = new Map(balances);
  for (const entry of journal.entries) {
    const key = balanceKey(entry.account, entry.unit);
    const before = next.get(key) ?? { amount: 0n, version: 0, floor: null };
    const amount = before.amount + entry.amount;
    if (before.floor !== null && entry.amount < 0n && amount < before.floor) {
      return { booked: false, refused: entry };
    }
    next.set(key, { amount, version: before.version + 1, floor: before.floor });
  }
  return { booked: true, balances: next };
}
