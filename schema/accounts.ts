import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { ApiScope } from './account-tables';
import type { Database } from './database';

export interface NewAccount {
  readonly accountId: string;
  readonly name: string;
  /** Opening cash, USD text with at most four decimals. */
  readonly cash: string;
  readonly multiplier: 1 | 2;
  readonly shortingEnabled: boolean;
  readonly key: {
    readonly keyId: string;
    readonly secret: string;
    readonly scopes: readonly ApiScope[];
  };
}

/** Secrets carry 256 random bits, so one round of SHA-256 is as good as a slow hash. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/**
 * Opens an account with its cash and one key, in one transaction; an account that exists already
 * keeps its money and only gets the key if it is new.
 */
export async function createAccount(db: Kysely<Database>, account: NewAccount): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const inserted = await trx
      .insertInto('accounts')
      .values({
        account_id: account.accountId,
        name: account.name,
        multiplier: account.multiplier,
        shorting_enabled: account.shortingEnabled,
        // How far below zero its cash may go where the multiplier is above 1. Buying power decides
        // long before; this is what the ledger refuses, wide enough for an account that has grown.
        credit_limit: sql`${account.cash}::numeric * 10`,
      })
      .onConflict((conflict) => conflict.column('account_id').doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows === 1n) {
      await deposit(
        trx,
        `opening:${account.accountId}:1`,
        `user:${account.accountId}:1`,
        account.cash,
      );
    }
    await trx
      .insertInto('api_keys')
      .values({
        key_id: account.key.keyId,
        account_id: account.accountId,
        secret_hash: hashSecret(account.key.secret),
        scopes: [...account.key.scopes],
      })
      .onConflict((conflict) => conflict.column('key_id').doNothing())
      .execute();
  });
}

/** The opening journal: what the account has, the house account `deposits` owes. */
async function deposit(
  db: Kysely<Database>,
  journalId: string,
  owner: string,
  cash: string,
): Promise<void> {
  await sql`
    with journal as (
      insert into journals (journal_id, kind) values (${journalId}, 'deposit')
    ), entries as (
      insert into ledger_entries (journal_id, line, account, unit, amount, balance_after) values
        (${journalId}, 1, ${`${owner}:available`}, 'USD', ${cash}::numeric, ${cash}::numeric),
        (${journalId}, 2, 'deposits', 'USD', -(${cash}::numeric), null)
    )
    insert into ledger_balances (account, unit, balance) values
      (${`${owner}:available`}, 'USD', ${cash}::numeric), (${`${owner}:held`}, 'USD', 0)`.execute(
    db,
  );
}
