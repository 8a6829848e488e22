import { randomUUID } from 'node:crypto';
import type { Insertable, Kysely } from 'kysely';
import { createAccount } from '../../schema/accounts';
import { assetIdOf } from '../../schema/asset-id';
import type { ApiScope } from '../../schema/account-tables';
import type { Database } from '../../schema/database';

export interface TestAccount {
  readonly accountId: string;
  readonly keyId: string;
  readonly secret: string;
  /** What a request of this account carries. */
  readonly headers: Record<string, string>;
}

/** An account with 100,000 USD and a key of its own. */
export async function openTestAccount(
  db: Kysely<Database>,
  scopes: readonly ApiScope[] = ['trade', 'read'],
): Promise<TestAccount> {
  const account = { accountId: randomUUID(), keyId: `PK${randomUUID()}`, secret: randomUUID() };
  const { accountId, keyId, secret } = account;
  await createAccount(db, {
    accountId,
    name: 'test',
    cash: '100000',
    multiplier: 1,
    shortingEnabled: false,
    key: { keyId, secret, scopes },
  });
  const headers = { 'APCA-API-KEY-ID': keyId, 'APCA-API-SECRET-KEY': secret };
  return { ...account, headers };
}

/** Symbols that can be traded, with a feed that has printed 100.00. */
export async function seedTestAssets(
  db: Kysely<Database>,
  symbols: readonly string[],
): Promise<void> {
  for (const symbol of symbols) {
    await db
      .insertInto('assets')
      .values({
        symbol,
        asset_id: assetIdOf(symbol),
        name: symbol,
        venue: 'SIM',
        asset_class: 'us_equity',
        source: JSON.stringify({ kind: 'simulated' }),
      })
      .execute();
    await db
      .insertInto('feed_cursors')
      .values({ symbol, state: '{}', print: '100', bid_price: '99.99', ask_price: '100.01' })
      .execute();
  }
}

/** An open limit order's row; what matters to a test is in `changes`. */
export async function insertTestOrder(
  db: Kysely<Database>,
  accountId: string,
  changes: Partial<Insertable<Database['orders']>> = {},
): Promise<string> {
  const orderId = changes.order_id ?? randomUUID();
  await db
    .insertInto('orders')
    .values({
      order_id: orderId,
      account_id: accountId,
      epoch: 1,
      client_order_id: randomUUID(),
      fingerprint: 'fingerprint',
      request_id: randomUUID(),
      root_id: orderId,
      workflow_id: `order:${orderId}`,
      symbol: 'SPY',
      side: 'buy',
      type: 'limit',
      time_in_force: 'day',
      quantity: '10',
      limit_price: '90.5',
      status: 'new',
      ...changes,
    })
    .execute();
  return orderId;
}
