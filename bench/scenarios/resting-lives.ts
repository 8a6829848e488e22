import { performance } from 'node:perf_hooks';
import { runClosedLoop, waitUntil } from '../closed-loop';
import { countOpenOrders, readFillLatencies } from '../queries';
import type { Keys, PlacedOrder } from '../everfill-client';
import type { Bench } from './scenario';

export interface RestingLives {
  readonly total: number;
  readonly acceptSeconds: number;
  readonly fillSeconds: number;
  readonly acceptLatenciesMs: readonly number[];
  /** From the match step that traded to its settlement. */
  readonly fillLatenciesMs: readonly number[];
  readonly orderIds: readonly string[];
}

/** Of one order on a machine that cannot keep up. */
const ATTEMPTS = 5;
/** How far below the ask the orders rest, in dollars. */
const DISTANCE = 1;

/**
 * Whole lives of resting orders: limit buys below a price that stands still, accepted over HTTP,
 * then crossed by one move of the price on every symbol, until the last one is settled.
 */
export async function runRestingLives(
  bench: Bench,
  round: string,
  total: number,
  inFlight: number,
): Promise<RestingLives> {
  const { accounts, symbols, run, db } = bench;
  const orderIds: string[] = [];
  const accept = await runClosedLoop(total, inFlight, async (index) => {
    const account = accounts[index % accounts.length];
    const market = symbols[index % symbols.length];
    if (account === undefined || market === undefined) throw new Error('no account or symbol');
    const order = await placeInTime(bench, account, {
      symbol: market.symbol,
      side: 'buy',
      type: 'limit',
      time_in_force: 'gtc',
      qty: '1',
      limit_price: (market.ask - DISTANCE).toFixed(2),
      client_order_id: `bench-${run}-${round}-${index}`,
    });
    orderIds.push(order.id);
  });
  const started = performance.now();
  await moveAll(bench, -2 * DISTANCE);
  await waitUntil(
    `${total} orders to be filled`,
    async () => (await countOpenOrders(db, accounts)) === 0,
    60_000,
  );
  const fillSeconds = (performance.now() - started) / 1_000;
  await moveAll(bench, 0);
  return {
    total,
    acceptSeconds: accept.seconds,
    fillSeconds,
    acceptLatenciesMs: accept.latenciesMs,
    fillLatenciesMs: await readFillLatencies(db, orderIds),
    orderIds,
  };
}

/**
 * A machine too slow for fifty in flight refuses some orders as stale. The bench places those
 * again under another id: what is measured is how long it takes until they are in.
 */
async function placeInTime(
  { everfill }: Bench,
  keys: Keys,
  order: Record<string, string>,
): Promise<PlacedOrder> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const client_order_id = `${order['client_order_id'] ?? ''}-${attempt}`;
      return await everfill.placeOrder(keys, { ...order, client_order_id });
    } catch (error) {
      if (!String(error).includes('stale_order') || attempt === ATTEMPTS) throw error;
    }
  }
}

async function moveAll({ everfill, symbols }: Bench, distance: number): Promise<void> {
  await Promise.all(
    symbols.map(({ symbol, ask }) =>
      everfill.commandFeed(symbol, {
        action: 'set_price',
        price: (ask + distance).toFixed(2),
      }),
    ),
  );
}
