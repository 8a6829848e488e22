import { runClosedLoop, waitUntil } from '../closed-loop';
import type { Keys, PlacedOrder } from '../everfill-client';
import { countOrders, readLastOf } from '../queries';
import { BENCH_QUEUE } from '../worker';
import { textbookOrder } from '../workflows';
import { restingInstruction } from './instruction';
import { type Bench, DISTANCE, pick } from './scenario';

export interface Placed {
  /** Until the last order was accepted. */
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  readonly orderIds: readonly string[];
}

/** Gets `total` resting orders accepted, `inFlight` of them at a time. */
export type Placement = (
  bench: Bench,
  round: string,
  total: number,
  inFlight: number,
) => Promise<Placed>;

/** As any user would: over HTTP. */
export const placeByHttp: Placement = async (bench, round, total, inFlight) => {
  const orderIds: string[] = [];
  const loop = await runClosedLoop(total, inFlight, async (index) => {
    const { account, market } = pick(bench, index);
    const order = await placeInTime(bench, account, {
      symbol: market.symbol,
      side: 'buy',
      type: 'limit',
      time_in_force: 'gtc',
      qty: '1',
      limit_price: (market.ask - DISTANCE).toFixed(2),
      client_order_id: `rest-${bench.run}-${round}-${index}`,
    });
    orderIds.push(order.id);
  });
  return { ...loop, orderIds };
};

/** Of one order on a machine that cannot keep up. */
const ATTEMPTS = 5;

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

const SETTLED_DEADLINE_MS = 60_000;

/**
 * The textbook starts a workflow and answers at once; its orders count as accepted when all of them
 * are, because nobody waits for a verdict.
 */
export function placeTextbook(pollMs: number): Placement {
  return async (bench, round, total, inFlight) => {
    const orders = Array.from({ length: total }, (_, index) =>
      restingInstruction(bench, 'textbook', round, index),
    );
    const orderIds = orders.map((order) => order.orderId);
    const startedAt = Date.now();
    const loop = await runClosedLoop(total, inFlight, async (index) => {
      const order = orders[index];
      if (order === undefined) throw new Error('no such order');
      await bench.temporal.workflow.start(textbookOrder, {
        workflowId: `bench:textbook:${order.orderId}`,
        taskQueue: BENCH_QUEUE,
        args: [{ order, pollMs }],
      });
    });
    await waitUntil(
      `${total} textbook orders to be accepted`,
      async () => (await countOrders(bench.db, orderIds)) === total,
      SETTLED_DEADLINE_MS,
    );
    const { acceptedAt } = await readLastOf(bench.db, orderIds);
    return { ...loop, seconds: (acceptedAt - startedAt) / 1_000, orderIds };
  };
}

/** On the rival, which makes its orders itself. */
export const placeOnRival: Placement = async (bench, round, total, inFlight) => {
  if (!bench.rival.running) throw new Error(bench.rival.reason);
  const orders = Array.from({ length: total }, (_, index) =>
    restingInstruction(bench, 'dbos', round, index),
  );
  const answer = await bench.rival.accept({ orders, inFlight });
  return { ...answer, orderIds: orders.map((order) => order.orderId) };
};
