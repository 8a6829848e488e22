import type { Kysely } from 'kysely';
import { formatCash, formatQuantity, parseCash, parseQuantity } from '../domain/decimal';
import { isUserAccount, type Owner, type Unit, USD, userAccount } from '../domain/ledger/accounts';
import type { Journal } from '../domain/ledger/journal';
import type { Database } from '../schema/database';
import type { Changes } from './changes';

/** USD is kept in 1e-4, shares in 1e-9. */
export const parseUnits = (text: string, unit: Unit): bigint =>
  unit === USD ? parseCash(text) : parseQuantity(text);
export const formatUnits = (amount: bigint, unit: Unit): string =>
  unit === USD ? formatCash(amount) : formatQuantity(amount);

interface OpenBalance {
  amount: bigint;
  floor: string | null;
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

export async function openLedger(
  db: Kysely<Database>,
  owner: Owner,
  symbol: string,
  changes: Changes,
  shortingEnabled = false,
): Promise<Ledger> {
  const rows = await db
    .selectFrom('ledger_balances')
    .select(['account', 'unit', 'balance', 'floor'])
    .where('account', 'in', [userAccount(owner, 'available'), userAccount(owner, 'held')])
    .where('unit', 'in', [USD, symbol])
    .execute();
  const balances = new Map<string, OpenBalance>(
    rows.map((row) => [
      keyOf(row.account, row.unit),
      { amount: parseUnits(row.balance, row.unit), floor: row.floor },
    ]),
  );
  return createLedger(balances, changes, shortingEnabled);
}

const keyOf = (account: string, unit: Unit): string => `${unit} ${account}`;

function createLedger(
  balances: Map<string, OpenBalance>,
  changes: Changes,
  shortingEnabled: boolean,
): Ledger {
  const moved = new Map<string, { account: string; unit: Unit }>();
  const floorOf = (unit: Unit): string | null => (shortingEnabled && unit !== USD ? null : '0');
  const move = (account: string, unit: Unit, amount: bigint): string => {
    const key = keyOf(account, unit);
    const before = balances.get(key) ?? { amount: 0n, floor: floorOf(unit) };
    const after = { ...before, amount: before.amount + amount };
    balances.set(key, after);
    moved.set(key, { account, unit });
    return formatUnits(after.amount, unit);
  };
  return {
    balance: (account, unit) => balances.get(keyOf(account, unit))?.amount ?? 0n,
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
        const balance = balances.get(key);
        if (balance === undefined) continue;
        changes.balances.push({
          account,
          unit,
          balance: formatUnits(balance.amount, unit),
          floor: balance.floor,
        });
      }
    },
  };
}
