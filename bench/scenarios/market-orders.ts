import { type LoopResult, runClosedLoop, waitUntil } from '../closed-loop';
import { runOpenLoop } from '../open-loop';
import { countOpenOrders, readOrderFillLatencies } from '../queries';
import { type Bench, pick } from './scenario';

export interface MarketOrders {
  readonly total: number;
  readonly seconds: number;
  /** From the request, or the moment it was due, to the answer. */
  readonly acceptLatenciesMs: readonly number[];
  /** From the acceptance to the settlement of the fill. */
  readonly fillLatenciesMs: readonly number[];
}

const FILLED_DEADLINE_MS = 60_000;

/** Market orders of one share, `inFlight` of them at a time, until the last one is settled. */
export function runMarketOrders(
  bench: Bench,
  round: string,
  total: number,
  inFlight: number,
): Promise<MarketOrders> {
  return run(bench, round, total, (task) => runClosedLoop(total, inFlight, task));
}

/** Market orders that arrive at `rate` a second, whatever became of the ones before. */
export function runArrivals(
  bench: Bench,
  round: string,
  total: number,
  rate: number,
): Promise<MarketOrders> {
  return run(bench, round, total, (task) => runOpenLoop(total, rate, task));
}

async function run(
  bench: Bench,
  round: string,
  total: number,
  loop: (task: (index: number) => Promise<void>) => Promise<LoopResult>,
): Promise<MarketOrders> {
  const orderIds: string[] = [];
  const { seconds, latenciesMs } = await loop(async (index) => {
    const { account, market } = pick(bench, index);
    const order = await bench.everfill.placeOrder(account, {
      symbol: market.symbol,
      side: 'buy',
      type: 'market',
      time_in_force: 'day',
      qty: '1',
      client_order_id: `market-${bench.run}-${round}-${index}`,
    });
    orderIds.push(order.id);
  });
  await waitUntil(
    `${total} market orders to be filled`,
    async () => (await countOpenOrders(bench.db, bench.accounts)) === 0,
    FILLED_DEADLINE_MS,
  );
  return {
    total,
    seconds,
    acceptLatenciesMs: latenciesMs,
    fillLatenciesMs: await readOrderFillLatencies(bench.db, orderIds),
  };
}
