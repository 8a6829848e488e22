import { formatCash, formatQuantity, parseCash, parseQuantity } from '../domain/decimal';
import { isUserAccount, type Owner, type Unit, USD, userAccount } from '../domain/ledger/accounts';
import type { Journal } from '../domain/ledger/journal';
import type { Changes } from './changes';

/** USD is kept in 1e-4, shares in 1e-9. */
export const parseUnits = (text: string, unit: Unit): bigint =>
  unit === USD ? parseCash(text) : parseQuantity(text);
export const formatUnits = (amount: bigint, unit: Unit): string =>
  unit === USD ? formatCash(amount) : formatQuantity(amount);

/** What a user has in a symbol and in cash, as its rows say; decimal text. */
export interface BalanceTexts {
  readonly cash: string;
  readonly held_cash: string;
  readonly shares: string;
  readonly held_shares: string;
}

/**
 * One user's balances under the account's lock: journals are posted here and leave as rows with
 * the balance after each line. House accounts have no balance row, so nobody waits for another.
 */
export interface Ledger {
  balance(account: string, unit: Unit): bigint;
  post(journal: Journal | null, orderId: string | null): void;
  /** Adds every balance that moved to the changes. */
  close(): void;
}

/** What an account may do beyond what it has; decides the floors of its balances. */
export interface LedgerRights {
  readonly shortingEnabled: boolean;
  /** USD text, zero or more. */
  readonly creditLimit: string;
}

export function openLedger(
  owner: Owner,
  symbol: string,
  texts: BalanceTexts,
  changes: Changes,
  rights: LedgerRights,
): Ledger {
  const available = userAccount(owner, 'available');
  const held = userAccount(owner, 'held');
  const balances = new Map([
    [keyOf(available, USD), parseUnits(texts.cash, USD)],
    [keyOf(held, USD), parseUnits(texts.held_cash, USD)],
    [keyOf(available, symbol), parseUnits(texts.shares, symbol)],
    [keyOf(held, symbol), parseUnits(texts.held_shares, symbol)],
  ]);
  return createLedger(balances, changes, (account, unit) => {
    if (account === held) return '0';
    if (unit !== USD) return rights.shortingEnabled ? null : '0';
    return formatCash(-parseCash(rights.creditLimit));
  });
}

const keyOf = (account: string, unit: Unit): string => `${unit} ${account}`;

function createLedger(
  balances: Map<string, bigint>,
  changes: Changes,
  floorOf: (account: string, unit: Unit) => string | null,
): Ledger {
  const moved = new Map<string, { account: string; unit: Unit }>();
  const move = (account: string, unit: Unit, amount: bigint): string => {
    const key = keyOf(account, unit);
    const after = (balances.get(key) ?? 0n) + amount;
    balances.set(key, after);
    moved.set(key, { account, unit });
    return formatUnits(after, unit);
  };
  return {
    balance: (account, unit) => balances.get(keyOf(account, unit)) ?? 0n,
    post(journal, orderId) {
      if (journal === null) return;
      changes.journals.push({ journal_id: journal.key, kind: journal.kind, order_id: orderId });
      journal.entries.forEach(({ account, unit, amount }, index) => {
        changes.entries.push({
          journal_id: journal.key,
          line: index + 1,
          account,
          unit,
          amount: formatUnits(amount, unit),
          balance_after: isUserAccount(account) ? move(account, unit, amount) : null,
        });
      });
    },
    close() {
      for (const [key, { account, unit }] of moved) {
        changes.balances.push({
          account,
          unit,
          balance: formatUnits(balances.get(key) ?? 0n, unit),
          floor: floorOf(account, unit),
        });
      }
    },
  };
}
