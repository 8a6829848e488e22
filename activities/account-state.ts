import { type Selectable, sql, type Transaction } from 'kysely';
import type { Database } from '../schema/database';

export type Trx = Transaction<Database>;

/** As its row and its owner's configuration say: the stricter of the two counts. */
export interface AccountRow {
  readonly accountId: string;
  readonly epoch: number;
  readonly tradingState: Selectable<Database['accounts']>['trading_state'];
  readonly blocked: boolean;
  /** By its own owner. */
  readonly suspended: boolean;
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
    select a.account_id as "accountId", a.epoch, a.trading_state as "tradingState", a.blocked,
      a.resetting, coalesce(c.suspend_trade, false) as suspended,
      least(a.multiplier, coalesce(c.max_margin_multiplier, 4)) as multiplier,
      a.shorting_enabled and not coalesce(c.no_shorting, false) as "shortingEnabled",
      case when a.multiplier > 1 then a.credit_limit else 0 end as "creditLimit",
      a.margin_call_id as "marginCallId"
    from accounts a left join account_configurations c on c.account_id = a.account_id
    where a.account_id = any(${[...new Set(accountIds)]}::uuid[])
    -- In one order for everybody, so that two batches over the same accounts cannot deadlock.
    order by a.account_id for no key update of a`.execute(trx);
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
