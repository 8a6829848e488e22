import type { Client as TemporalClient } from '@temporalio/client';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema/database';
import type { Client, Trader } from './client';
import type { EventConsumer } from './event-consumer';
import type { Ledger } from './ledger';
import type { Load } from './load';
import { signalProcess } from './processes';
import type { Random } from './random';
import type { DrillStack } from './stack';
import { waitUntil } from './wait-until';

/** What a fault may touch, and what the checks read. */
export interface World {
  readonly stack: DrillStack;
  /** Straight to the servers, past every proxy. */
  readonly db: Kysely<Database>;
  readonly temporal: TemporalClient;
  readonly client: Client;
  readonly ledger: Ledger;
  readonly load: Load;
  /** May administrate. */
  readonly admin: Trader;
  /** Accounts of the steady load. */
  readonly traders: readonly Trader[];
  /** Accounts of drills that need an account of known cash, or many. */
  readonly spare: SpareAccounts;
  readonly events: EventConsumer;
  readonly random: Random;
  /** True for the long form: more of everything. */
  readonly long: boolean;
  readonly print: (line: string) => void;
}

export interface SpareAccounts {
  /** Owns `HOT_CASH` and nothing else. */
  readonly hot: Trader;
  readonly crowd: readonly Trader[];
}

export const HOT_CASH = 10_000;

/** The pid of a supervised process; `null` while it is dead. */
export function pidOf({ stack }: World, name: string): number | null {
  return stack.endpoints().pids[name] ?? null;
}

/** Signals a supervised process, waiting for it to be there. */
export async function strike(
  world: World,
  name: string,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<number> {
  const pid = await waitUntil(30_000, () => {
    const found = pidOf(world, name);
    return found !== null && signalProcess(found, signal) ? found : null;
  });
  if (pid === null) throw new Error(`there is no ${name} to strike`);
  return pid;
}

/** Waits until another process of that name runs. */
export async function waitForSuccessor(world: World, name: string, dead: number): Promise<void> {
  const pid = await waitUntil(30_000, () => {
    const found = pidOf(world, name);
    return found !== dead && found;
  });
  if (pid === null) throw new Error(`${name} did not come back`);
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1_500) });
  await response.text();
  return response.status === 200;
}

/** Waits until the API and every worker say that they can do their work. */
export async function waitUntilAllReady(world: World, timeoutMs = 60_000): Promise<boolean> {
  const { api, metrics } = world.stack.endpoints();
  const workers = Object.entries(metrics).filter(([name]) => !SERVERS.includes(name));
  const urls = [`${api}/readyz`, ...workers.map(([, url]) => url.replace(/metrics$/, 'readyz'))];
  const ready = await waitUntil(timeoutMs, async () =>
    (await Promise.all(urls.map(isReady))).every(Boolean),
  );
  return ready !== null;
}

const SERVERS = ['postgres', 'temporal'];

export type FeedCommand =
  | { readonly action: 'pause' | 'resume' | 'halt' | 'unhalt' }
  | { readonly action: 'set_price'; readonly price: string };

/** Tells a feed what to do, as an operator would: again until it is done. */
export async function steerFeed(
  { client, admin }: Pick<World, 'client' | 'admin'>,
  symbol: string,
  command: FeedCommand,
): Promise<void> {
  const path = `/admin/feed/${symbol}`;
  const answer = await client.insist({ trader: admin, method: 'POST', path, body: command });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
}

/** The last print of a symbol. */
export async function readPrice({ db }: Pick<World, 'db'>, symbol: string): Promise<number> {
  const row = await db
    .selectFrom('feed_cursors')
    .select('print')
    .where('symbol', '=', symbol)
    .executeTakeFirstOrThrow();
  return Number(row.print);
}

export async function countOpenOrders(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ open: string }>`
    select count(*) as open from orders where closed_at is null`.execute(db);
  return Number(rows[0]?.open);
}
