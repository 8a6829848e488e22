import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Client } from 'pg';
import { createDatabase, type DatabaseHandle } from '../../platform/database';
import { mapBounded } from '../../platform/map-bounded';
import { LIMITS } from '../../platform/limits';
import { createAccount } from '../../schema/accounts';
import { migrateToLatest } from '../../schema/migrate';
import { assetIdOf } from '../../schema/asset-id';

/** A database of its own on the bench's Postgres: the edges are measured without an engine. */
export interface EdgeDatabase extends DatabaseHandle {
  readonly url: string;
  readonly accountIds: readonly string[];
  readonly symbols: readonly string[];
  /** A second database with what this one holds; ends this one's connections. */
  copy(): Promise<EdgeDatabase>;
  drop(): Promise<void>;
}

const ACCOUNTS_AT_ONCE = 8;
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
  const name = await createNamed(serverUrl, 'template template1');
  await migrateToLatest(urlOf(serverUrl, name));
  const names = Array.from({ length: symbols }, (_, index) => `EDGE${index}`);
  const accountIds = Array.from({ length: accounts }, () => randomUUID());
  const database = open(serverUrl, name, names, accountIds);
  for (const symbol of names) await createMarket(database, symbol);
  await mapBounded(accountIds, ACCOUNTS_AT_ONCE, (accountId) =>
    createAccount(database.db, {
      accountId,
      name: 'edge',
      cash: '1000000000',
      multiplier: 1,
      shortingEnabled: false,
      key: { keyId: accountId, secret: accountId, scopes: [] },
    }),
  );
  return database;
}

let named = 0;

async function createNamed(serverUrl: string, from: string): Promise<string> {
  named += 1;
  const name = `${NAME}_${named}`;
  await execute(serverUrl, `drop database if exists ${name} with (force)`);
  await execute(serverUrl, `create database ${name} ${from}`);
  return name;
}

function urlOf(serverUrl: string, name: string): string {
  const address = new URL(serverUrl);
  address.pathname = `/${name}`;
  return address.href;
}

function open(
  serverUrl: string,
  name: string,
  symbols: readonly string[],
  accountIds: readonly string[],
): EdgeDatabase {
  const url = urlOf(serverUrl, name);
  const handle = createDatabase({
    databaseUrl: url,
    name: 'bench-edges',
    poolSize: LIMITS.orderWorkerPool,
    planOnce: true,
    onError: () => undefined,
  });
  const { pool } = handle;
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await pool.end();
    isOpen = false;
  };
  return {
    ...handle,
    url,
    accountIds,
    symbols,
    async copy() {
      // A database that somebody is connected to cannot be copied.
      await close();
      const copied = await createNamed(serverUrl, `template ${name}`);
      return open(serverUrl, copied, symbols, accountIds);
    },
    async drop() {
      await close();
      await execute(serverUrl, `drop database if exists ${name} with (force)`);
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
