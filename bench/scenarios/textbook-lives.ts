import { runClosedLoop, waitUntil } from '../closed-loop';
import { countOrders, readEndedAt, waitForWorkflows } from '../queries';
import { BENCH_QUEUE } from '../worker';
import { textbookOrder } from '../workflows';
import { restingInstruction } from './instruction';
import { type Bench, DISTANCE, moveAll } from './scenario';

const DEADLINE_MS = 120_000;
/** Seldom, as the ends are read from what is written down. */
const ASK_AGAIN_MS = 200;

/**
 * Whole lives of textbook orders, from the first start to the last end. Each asks for the price
 * `looks` times and takes the last answer: the market fills it meanwhile, and nothing waits for a
 * clock, so that a life takes the same work on a fast machine and on a slow one.
 *
 * @returns Lives a second.
 */
export async function runTextbookLives(
  bench: Bench,
  round: string,
  total: number,
  inFlight: number,
  looks: number,
): Promise<number> {
  const orders = Array.from({ length: total }, (_, index) =>
    restingInstruction(bench, 'textbook', round, index),
  );
  const orderIds = orders.map((order) => order.orderId);
  await moveAll(bench, -2 * DISTANCE);
  const startedAt = Date.now();
  await runClosedLoop(total, inFlight, async (index) => {
    const order = orders[index];
    if (order === undefined) throw new Error('no such order');
    await bench.temporal.workflow.start(textbookOrder, {
      workflowId: `bench:textbook:${order.orderId}`,
      taskQueue: BENCH_QUEUE,
      args: [{ order, looks }],
    });
  });
  await waitUntil(
    `${total} textbook orders to be accepted`,
    async () => (await countOrders(bench.db, orderIds)) === total,
    DEADLINE_MS,
    ASK_AGAIN_MS,
  );
  await waitForWorkflows(bench.temporal, DEADLINE_MS);
  const endedAt = await readEndedAt(bench.temporal, startedAt);
  await moveAll(bench, 0);
  return total / ((endedAt - startedAt) / 1_000);
}
