import { runClosedLoop } from '../closed-loop';
import type { Keys, PlacedOrder } from '../everfill-client';
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

/** On the rival, which makes its orders itself. */
export const placeOnRival: Placement = async (bench, round, total, inFlight) => {
  if (!bench.rival.running) throw new Error(bench.rival.reason);
  const orders = Array.from({ length: total }, (_, index) =>
    restingInstruction(bench, 'dbos', round, index),
  );
  const answer = await bench.rival.accept({ orders, inFlight });
  return { ...answer, orderIds: orders.map((order) => order.orderId) };
};
