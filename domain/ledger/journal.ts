import {
  ARCHIVE,
  DEPOSITS,
  FEES,
  type Owner,
  ROUNDING,
  type Unit,
  USD,
  userAccount,
} from './accounts';
import type { UnitAmount } from './hold';

/** One line of a journal; amounts are signed, in the unit's own scale, never 0. */
export interface LedgerEntry {
  readonly account: string;
  readonly unit: Unit;
  readonly amount: bigint;
}

export const JOURNAL_KINDS = ['deposit', 'hold', 'release', 'trade', 'archive'] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

/** Entries that are booked together or not at all; they sum to zero in each unit. */
export interface Journal {
  /** Idempotency key: booking it twice is booking it once. */
  readonly key: string;
  readonly kind: JournalKind;
  /** Each account and unit at most once; never empty. */
  readonly entries: readonly LedgerEntry[];
}

/**
 * Puts a journal together: lines of one account and unit become one, lines of zero vanish.
 *
 * @returns `null` if nothing is left to book.
 * @throws Error if the entries do not sum to zero in each unit: a bug, nothing is booked.
 */
export function createJournal(
  key: string,
  kind: JournalKind,
  lines: readonly LedgerEntry[],
): Journal | null {
  const merged = new Map<string, LedgerEntry>();
  for (const line of lines) {
    const place = `${line.unit} ${line.account}`;
    const amount = (merged.get(place)?.amount ?? 0n) + line.amount;
    merged.set(place, { ...line, amount });
  }
  const entries = [...merged.values()].filter((entry) => entry.amount !== 0n);
  for (const [unit, sum] of sumByUnit(entries)) {
    if (sum !== 0n) throw new Error(`journal ${key} is out of balance by ${sum} ${unit}`);
  }
  return entries.length === 0 ? null : { key, kind, entries };
}

export function sumByUnit(entries: readonly LedgerEntry[]): Map<Unit, bigint> {
  const sums = new Map<Unit, bigint>();
  for (const { unit, amount } of entries) sums.set(unit, (sums.get(unit) ?? 0n) + amount);
  return sums;
}

/** Moves `amount` from one account to another within a unit. */
export function transfer(from: string, to: string, unit: Unit, amount: bigint): LedgerEntry[] {
  return [
    { account: from, unit, amount: -amount },
    { account: to, unit, amount },
  ];
}

/** Available becomes held; a negative amount gives back. */
function holdLines(owner: Owner, unit: Unit, amount: bigint): LedgerEntry[] {
  return transfer(userAccount(owner, 'available'), userAccount(owner, 'held'), unit, amount);
}

/** What an accepted order, or a replace that needs more, sets aside. */
export function holdJournal(
  key: string,
  owner: Owner,
  amounts: readonly UnitAmount[],
): Journal | null {
  const lines = amounts.flatMap(({ unit, amount }) => holdLines(owner, unit, amount));
  return createJournal(key, 'hold', lines);
}

/** What an order no longer needs. */
export function releaseJournal(
  key: string,
  owner: Owner,
  released: readonly UnitAmount[],
): Journal | null {
  const lines = released.flatMap(({ unit, amount }) => holdLines(owner, unit, -amount));
  return createJournal(key, 'release', lines);
}

/** What an account opens with; the house account `deposits` owes it. */
export function depositJournal(
  key: string,
  owner: Owner,
  unit: Unit,
  amount: bigint,
): Journal | null {
  return createJournal(
    key,
    'deposit',
    transfer(DEPOSITS, userAccount(owner, 'available'), unit, amount),
  );
}

/** Empties an account's ledger before its next epoch begins; nothing may be held any more. */
export function archiveJournal(
  key: string,
  owner: Owner,
  available: readonly { readonly unit: Unit; readonly amount: bigint }[],
): Journal | null {
  const from = userAccount(owner, 'available');
  return createJournal(
    key,
    'archive',
    available.flatMap(({ unit, amount }) => transfer(from, ARCHIVE, unit, amount)),
  );
}

/** One side of a trade, seen from the user. */
export interface TradeLines {
  readonly owner: Owner;
  /** `market_maker:<symbol>` or `clearing:<symbol>`. */
  readonly counterparty: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  /** Cash that changes hands, 1e-4; both sides of a trade carry this number. */
  readonly amount: bigint;
  readonly fee: bigint;
  readonly quantity: bigint;
  /** What this trade takes out of the root's holds; below zero it puts something aside. */
  readonly freed: readonly UnitAmount[];
  /** Part of the cost that neither hold nor available cash covers; the house bears it. */
  readonly rounding: bigint;
}

/**
 * Frees the hold, then pays from available: so what the hold had too much (price improvement) is
 * available at once, and what it had too little comes from there.
 */
export function tradeLines(trade: TradeLines): LedgerEntry[] {
  const available = userAccount(trade.owner, 'available');
  const { counterparty, symbol, amount, quantity } = trade;
  const exchange =
    trade.side === 'buy'
      ? [
          ...transfer(available, counterparty, USD, amount),
          ...transfer(counterparty, available, symbol, quantity),
        ]
      : [
          ...transfer(counterparty, available, USD, amount),
          ...transfer(available, counterparty, symbol, quantity),
        ];
  return [
    ...trade.freed.flatMap((freed) => holdLines(trade.owner, freed.unit, -freed.amount)),
    ...exchange,
    ...transfer(available, FEES, USD, trade.fee),
    ...transfer(ROUNDING, available, USD, trade.rounding),
  ];
}
