import { type Kysely, sql } from 'kysely';
import { mapBounded } from '../../platform/map-bounded';
import type { Database } from '../../schema/database';
import type { Request, Trader } from '../client';
import { toldOrder, type ToldOrder } from '../ledger';
import { waitUntil } from '../wait-until';
import { readPrice, steerFeed, type World } from '../world';

export interface RestingOrders {
  readonly symbol: string;
  readonly ids: readonly string[];
  /** Why others were not taken. */
  readonly refusals: readonly string[];
  readonly limit: number;
  /** What the symbol stood at before. */
  readonly price: number;
}

export interface RestingOptions {
  readonly symbol: string;
  readonly count: number;
  readonly traders: readonly Trader[];
}

const POSTS_IN_FLIGHT = 20;
/** On a machine so busy that an order is stale before it is judged: another try, another id. */
const TRIES = 5;
let runs = 0;

/** Buys of one share that rest 2 % below a price that stands still. */
export async function placeResting(world: World, options: RestingOptions): Promise<RestingOrders> {
  const { symbol, count, traders } = options;
  runs += 1;
  const run = runs;
  await steerFeed(world, symbol, { action: 'pause' });
  const price = await readPrice(world, symbol);
  const limit = price * 0.98;
  const told = await mapBounded(
    Array.from({ length: count }, (_, index) => index),
    POSTS_IN_FLIGHT,
    async (index) => {
      const terms = { symbol, side: 'buy', type: 'limit', time_in_force: 'gtc', qty: '1' };
      const trader = traders[index % traders.length] as Trader;
      for (let attempt = 1; ; attempt += 1) {
        const answer = await placeOrder(world, trader, {
          ...terms,
          limit_price: limit.toFixed(2),
          client_order_id: `resting-${run}-${index}-${attempt}`,
        });
        if (answer.code !== 'stale_order' || attempt === TRIES) return answer;
      }
    },
  );
  const ids = told.flatMap(({ orderId }) => orderId ?? []);
  const refusals = told.flatMap(({ code }) => code ?? []);
  return { symbol, ids, refusals, limit, price };
}

/** Places an order as every client does, and notes what it was told. */
export async function placeOrder(
  { client, ledger }: World,
  trader: Trader,
  body: Record<string, string>,
): Promise<ToldOrder> {
  const request: Request = { trader, method: 'POST', path: '/orders', body };
  ledger.begin();
  try {
    const told = toldOrder(request, await client.insist(request));
    ledger.noteOrder(told);
    return told;
  } finally {
    ledger.end();
  }
}

/** Moves the price through all of them and lets it walk on. */
export async function sweepPrice(world: World, { symbol, limit }: RestingOrders): Promise<void> {
  const price = (limit * 0.99).toFixed(2);
  await steerFeed(world, symbol, { action: 'set_price', price });
  // A quote has a finite size; resumed, the feed brings the next ones.
  await steerFeed(world, symbol, { action: 'resume' });
}

/** @returns How many of them are still open when the time is over. */
export async function waitUntilClosed(
  { db }: World,
  ids: readonly string[],
  timeoutMs: number,
): Promise<number> {
  const none = await waitUntil(timeoutMs, async () => (await countOpen(db, ids)) === 0, 100);
  return none === null ? countOpen(db, ids) : 0;
}

async function countOpen(db: Kysely<Database>, ids: readonly string[]): Promise<number> {
  const { rows } = await sql<{ open: string }>`
    select count(*) as open from orders
    where order_id = any(${ids}::uuid[]) and closed_at is null`.execute(db);
  return Number(rows[0]?.open);
}
