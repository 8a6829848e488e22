import { orderWorkflowId } from '../../workflows/contract';
import { readMatchedAt } from '../queries';
import { BENCH_QUEUE } from '../worker';
import { finishSignal, signaledWorkflow } from '../workflows';
import { placeByHttp } from './placements';
import { type Bench, DISTANCE, moveOne, pick } from './scenario';

/**
 * One resting order at a time, crossed: from the match step that traded, by Postgres' clock, to
 * the result of the order's workflow here, by the same machine's. Longer than until the settlement
 * by the publication and the end of the workflow, so that it compares with `runSignaled`.
 */
export async function runSingleFills(bench: Bench, round: string, total: number) {
  const latenciesMs: number[] = [];
  for (let index = 0; index < total; index += 1) {
    const { orderIds } = await placeByHttp(bench, `${round}-${index}`, 1, 1);
    const [orderId = ''] = orderIds;
    const result = bench.temporal.workflow.getHandle(orderWorkflowId(orderId)).result();
    const ended = result.then(() => Date.now());
    const { market } = pick(bench, 0);
    await moveOne(bench, market, -2 * DISTANCE);
    latenciesMs.push((await ended) - (await readMatchedAt(bench.db, orderIds)));
    await moveOne(bench, market, 0);
  }
  return latenciesMs;
}

/** The floor of that: a signal, one local activity that asks Postgres for nothing, the result. */
export async function runSignaled({ temporal, run }: Bench, round: string, total: number) {
  const latenciesMs: number[] = [];
  for (let index = 0; index < total; index += 1) {
    const handle = await temporal.workflow.start(signaledWorkflow, {
      workflowId: `bench:${run}:signaled:${round}:${index}`,
      taskQueue: BENCH_QUEUE,
    });
    // Its first task is over when a query is answered.
    await handle.query('__stack_trace');
    const ended = handle.result().then(() => Date.now());
    const start = Date.now();
    await handle.signal(finishSignal);
    latenciesMs.push((await ended) - start);
  }
  return latenciesMs;
}
