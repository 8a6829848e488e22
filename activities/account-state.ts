import { type Selectable, sql, type Transaction } from 'kysely';
import type { Database } from '../schema/database';

export type Trx = Transaction<Database>;

export interface AccountRow {
  readonly accountId: string;
  readonly epoch: number;
  readonly tradingState: Selectable<Database['accounts']>['trading_state'];
  readonly blocked: boolean;
  readonly resetting: boolean;
  readonly multiplier: number;
  readonly shortingEnabled: boolean;
  /** How far below zero its cash may go, USD text. */
  readonly creditLimit: string;
  readonly marginCallId: string | null;
}

/**
 * Locks accounts: the first thing every step does, so that whatever it reads next stays true until
 * it commits. What is read must come in a later statement, which takes a fresh snapshot.
 *
 * @returns By account id.
 * @throws Error if one does not exist: a bug, because the API authenticated it.
 */
export async function lockAccounts(
  trx: Trx,
  accountIds: readonly string[],
): Promise<ReadonlyMap<string, AccountRow>> {
  const { rows } = await sql<AccountRow>`
    select account_id as "accountId", epoch, trading_state as "tradingState", blocked, resetting,
      multiplier, shorting_enabled as "shortingEnabled", credit_limit as "creditLimit",
      margin_call_id as "marginCallId"
    from accounts where account_id = any(${[...new Set(accountIds)]}::uuid[])
    -- In one order for everybody, so that two batches over the same accounts cannot deadlock.
    order by account_id for no key update`.execute(trx);
  const accounts = new Map(rows.map((row) => [row.accountId, row]));
  const missing = accountIds.find((accountId) => !accounts.has(accountId));
  if (missing !== undefined) throw new Error(`no account ${missing}`);
  return accounts;
}

export async function lockAccount(trx: Trx, accountId: string): Promise<AccountRow> {
  const accounts = await lockAccounts(trx, [accountId]);
  return required(accounts, accountId);
}

/** @throws Error if nothing is there under the key: a bug of the step that looks it up. */
export function required<Value>(found: ReadonlyMap<string, Value>, key: string): Value {
  const value = found.get(key);
  if (value === undefined) throw new Error(`nothing was read for ${key}`);
  return value;
}
