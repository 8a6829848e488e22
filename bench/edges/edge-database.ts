import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { createDatabase, type DatabaseHandle } from '../../platform/database';
import { LIMITS } from '../../platform/limits';
import { createAccount } from '../../schema/accounts';
import { migrateToLatest } from '../../schema/migrate';
import { assetIdOf } from '../../schema/asset-id';

/** A database of its own on the bench's Postgres: the edges are measured without an engine. */
export interface EdgeDatabase extends DatabaseHandle {
  readonly url: string;
  readonly accountIds: readonly string[];
  readonly symbols: readonly string[];
  drop(): Promise<void>;
}

const NAME = 'everfill_bench_edges';

/**
 * @param accounts - How many accounts with plenty of cash and shares there are.
 * @param symbols - How many markets, each quoted at 100.00.
 */
export async function createEdgeDatabase(
  serverUrl: string,
  accounts: number,
  symbols: number,
): Promise<EdgeDatabase> {
  await execute(serverUrl, `drop database if exists ${NAME} with (force)`);
  await execute(serverUrl, `create database ${NAME}`);
  const address = new URL(serverUrl);
  address.pathname = `/${NAME}`;
  const url = address.href;
  await migrateToLatest(url);
  const handle = createDatabase({
    databaseUrl: url,
    name: 'bench-edges',
    poolSize: LIMITS.orderWorkerPool,
    onError: () => undefined,
    queryTimeoutMs: 60_000,
  });
  const names = Array.from({ length: symbols }, (_, index) => `EDGE${index}`);
  for (const symbol of names) await createMarket(handle, symbol);
  const accountIds = Array.from({ length: accounts }, () => randomUUID());
  for (const accountId of accountIds) {
    await createAccount(handle.db, {
      accountId,
      name: 'edge',
      cash: '1000000000',
      multiplier: 1,
      shortingEnabled: false,
      key: { keyId: accountId, secret: accountId, scopes: [] },
    });
  }
  return {
    ...handle,
    url,
    accountIds,
    symbols: names,
    async drop() {
      await handle.pool.end();
      await execute(serverUrl, `drop database if exists ${NAME} with (force)`);
    },
  };
}

async function createMarket({ db }: DatabaseHandle, symbol: string): Promise<void> {
  await sql`
    insert into assets (symbol, asset_id, name, venue, asset_class, source)
    values (${symbol}, ${assetIdOf(symbol)}, ${symbol}, 'BENCH', 'us_equity',
      '{"kind":"simulated","seed":1,"base_price":"100.00","volatility":0,"tick_ms":500}'::jsonb)
  `.execute(db);
  await sql`
    insert into feed_cursors (symbol, epoch, tick_index, print, bid_price, bid_quantity, ask_price,
      ask_quantity, market_at)
    values (${symbol}, 1, 1, 100, 99.99, 1000000, 100.01, 1000000, now())`.execute(db);
}

async function execute(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
