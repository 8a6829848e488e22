import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { waitUntil } from '../closed-loop';
import type { Meter } from '../costs/meter';
import type { EverfillClient, Keys } from '../everfill-client';
import { readPrint } from '../queries';
import type { Rival } from '../rivals/dbos';

export type BenchAccount = Keys & { readonly accountId: string };

/** A symbol whose price stands still, with the ask it stands at. */
export interface BenchMarket {
  readonly symbol: string;
  readonly ask: number;
}

/** What every scenario works with. */
export interface Bench {
  readonly everfill: EverfillClient;
  readonly temporal: Client;
  readonly db: Kysely<Database>;
  readonly meter: Meter;
  readonly rival: Rival;
  readonly accounts: readonly BenchAccount[];
  readonly symbols: readonly BenchMarket[];
  /** Makes workflow and client order ids of one run differ from any other's. */
  readonly run: string;
}

export const BENCH_SYMBOLS = ['AAPL', 'MSFT', 'SPY', 'TSLA', 'AMZN'] as const;

/** How far below the ask resting orders stand, in dollars. */
export const DISTANCE = 1;

/** Orders go round all accounts and symbols. */
export function pick({ accounts, symbols }: Bench, index: number) {
  const account = accounts[index % accounts.length];
  const market = symbols[index % symbols.length];
  if (account === undefined || market === undefined) throw new Error('no account or symbol');
  return { account, market };
}

/** Moves every price to its ask plus `dollars`, and waits until the markets stand there. */
export async function moveAll(bench: Bench, dollars: number): Promise<void> {
  await Promise.all(bench.symbols.map((market) => moveOne(bench, market, dollars)));
}

const MOVED_DEADLINE_MS = 30_000;

/** A price is set by a command, and comes with the next tick, up to half a second later. */
export async function moveOne(
  { everfill, db }: Bench,
  { symbol, ask }: BenchMarket,
  dollars: number,
): Promise<void> {
  const price = (ask + dollars).toFixed(2);
  await everfill.commandFeed(symbol, { action: 'set_price', price });
  await waitUntil(
    `${symbol} to stand at ${price}`,
    async () => Math.abs((await readPrint(db, symbol)) - Number(price)) < 0.1,
    MOVED_DEADLINE_MS,
  );
}
