import { performance } from 'node:perf_hooks';
import { runClosedLoop, waitUntil } from '../closed-loop';
import { countOpenOrders } from '../queries';
import { placeByHttp } from './placements';
import { type Bench, pick } from './scenario';

export interface CanceledLives {
  readonly perSecond: number;
  /** From the POST of a resting order to its verdict. */
  readonly acceptLatenciesMs: readonly number[];
  /** From the DELETE to its answer: the cancel is on its way to the book. */
  readonly cancelLatenciesMs: readonly number[];
}

const CANCELED_DEADLINE_MS = 60_000;

/** Whole lives of orders that rest and are canceled, until the last one is. */
export async function runCanceledLives(
  bench: Bench,
  round: string,
  total: number,
  inFlight: number,
): Promise<CanceledLives> {
  const placed = await placeByHttp(bench, round, total, inFlight);
  const owners = await ownersOf(bench, placed.orderIds);
  const started = performance.now();
  const { latenciesMs } = await runClosedLoop(total, inFlight, async (index) => {
    const orderId = placed.orderIds[index] ?? '';
    const account = bench.accounts.find(({ accountId }) => accountId === owners.get(orderId));
    await bench.everfill.cancelOrder(account ?? pick(bench, index).account, orderId);
  });
  await waitUntil(
    `${total} orders to be canceled`,
    async () => (await countOpenOrders(bench.db, bench.accounts)) === 0,
    CANCELED_DEADLINE_MS,
  );
  const seconds = placed.seconds + (performance.now() - started) / 1_000;
  return {
    perSecond: total / seconds,
    acceptLatenciesMs: placed.latenciesMs,
    cancelLatenciesMs: latenciesMs,
  };
}

async function ownersOf({ db }: Bench, orderIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('orders')
    .select(['order_id', 'account_id'])
    .where('order_id', 'in', orderIds)
    .execute();
  return new Map(rows.map((row) => [row.order_id, row.account_id]));
}
