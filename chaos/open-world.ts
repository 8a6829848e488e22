import { Client as TemporalClient, Connection } from '@temporalio/client';
import { createDatabase } from '../platform/database';
import { mapBounded } from '../platform/map-bounded';
import { type Client, createClient, type Trader } from './client';
import { startEventConsumer } from './event-consumer';
import { createLedger } from './ledger';
import { startLoad, SYMBOLS } from './load';
import type { Random } from './random';
import type { DrillStack } from './stack';
import { waitUntil } from './wait-until';
import { HOT_CASH, readPrice, type World } from './world';

export interface WorldOptions {
  readonly stack: DrillStack;
  readonly random: Random;
  readonly long: boolean;
  readonly crew: Crew;
  readonly print: (line: string) => void;
}

/** How many accounts, and how many of them trade all the time. */
export interface Crew {
  readonly traders: number;
  readonly crowd: number;
  readonly clients: number;
}

const CASH = '5000000';
const ACCOUNTS_IN_FLIGHT = 8;
const CHECK_TIMEOUT_MS = 60_000;

/** Opens the accounts and starts the load; nothing is deposited after this. */
export async function openWorld(
  options: WorldOptions,
): Promise<World & { close(): Promise<void> }> {
  const { stack, random, long, crew, print } = options;
  const endpoints = stack.endpoints();
  const connection = await Connection.connect({ address: endpoints.temporal_address });
  const { db, pool } = createDatabase({
    databaseUrl: endpoints.database_url,
    name: 'chaos',
    poolSize: 5,
    onError: () => undefined,
    queryTimeoutMs: CHECK_TIMEOUT_MS,
  });
  const client = createClient(endpoints.api);
  const admin: Trader = {
    accountId: endpoints.account_id,
    keyId: endpoints.api_key_id,
    secret: endpoints.api_secret_key,
  };
  const open = (names: readonly string[], cash: string): Promise<Trader[]> =>
    mapBounded(names, ACCOUNTS_IN_FLIGHT, (name) => openAccount(client, admin, name, cash));
  const traders = await open(numbered('trader', crew.traders), CASH);
  const crowd = await open(numbered('crowd', crew.crowd), CASH);
  const [hot] = await open(['hot'], String(HOT_CASH));
  const [watched] = traders;
  if (hot === undefined || watched === undefined) throw new Error('no accounts were opened');
  const prices = new Map<string, number>();
  for (const symbol of SYMBOLS) {
    const price = await waitUntil(60_000, async () => (await readPrice({ db }, symbol)) || null);
    if (price === null) throw new Error(`${symbol} has no price`);
    prices.set(symbol, price);
  }
  const ledger = createLedger();
  const load = startLoad({
    client,
    ledger,
    traders,
    prices,
    random: random.fork('load'),
    clients: crew.clients,
    pauseMs: long ? 400 : 900,
  });
  return {
    stack,
    db,
    temporal: new TemporalClient({ connection }),
    client,
    ledger,
    load,
    admin,
    traders,
    spare: { hot, crowd },
    events: startEventConsumer(endpoints.api, watched),
    random,
    long,
    print,
    async close() {
      await connection.close();
      await pool.end();
    },
  };
}

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);

async function openAccount(
  client: Client,
  admin: Trader,
  name: string,
  cash: string,
): Promise<Trader> {
  const path = '/admin/accounts';
  // Not repeated by itself: nothing is being killed yet, and a second one would be another account.
  const { status, body } = await client.ask({
    trader: admin,
    method: 'POST',
    path,
    body: { name, cash },
  });
  if (status !== 201) throw new Error(`${path}: ${status}`);
  const { account_id: accountId, key } = body as {
    account_id: string;
    key: { api_key_id: string; api_secret_key: string };
  };
  return { accountId, keyId: key.api_key_id, secret: key.api_secret_key };
}
