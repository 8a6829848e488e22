import { waitUntil } from '../closed-loop';
import {
  countOpenOrders,
  readEndedAt,
  readFillLatencies,
  readLastOf,
  readMatchedAt,
  waitForWorkflows,
} from '../queries';
import type { Placed, Placement } from './placements';
import { type Bench, DISTANCE, moveAll } from './scenario';

export interface Lives {
  readonly total: number;
  readonly placed: Placed;
  /** From the match step that crossed the first of them to the end of the last workflow. */
  readonly fillSeconds: number;
  /** Whole lives a second: placing all, then filling all. */
  readonly perSecond: number;
  /** From the match step that traded to its settlement. */
  readonly fillLatenciesMs: readonly number[];
}

const FILLED_DEADLINE_MS = 90_000;
/** Seldom, as the ends are read from what is written down. */
const ASK_AGAIN_MS = 200;

/**
 * Whole lives of resting orders: limit buys below a price that stands still, accepted, then
 * crossed by one move of the price on every symbol, until the last one is settled and its workflow
 * has ended.
 */
export async function runRestingLives(
  bench: Bench,
  round: string,
  total: number,
  inFlight: number,
  place: Placement,
): Promise<Lives> {
  const placed = await place(bench, round, total, inFlight);
  const moved = moveAll(bench, -2 * DISTANCE);
  await waitUntil(
    `${total} orders to be filled`,
    async () => (await countOpenOrders(bench.db, bench.accounts)) === 0,
    FILLED_DEADLINE_MS,
    ASK_AGAIN_MS,
  );
  await waitForWorkflows(bench.temporal, FILLED_DEADLINE_MS);
  const fillSeconds = await readFillSeconds(bench, placed.orderIds);
  await moved;
  await moveAll(bench, 0);
  return {
    total,
    placed,
    fillSeconds,
    perSecond: total / (placed.seconds + fillSeconds),
    fillLatenciesMs: await readFillLatencies(bench.db, placed.orderIds),
  };
}

/**
 * As it is written down, not as it was seen: looks are far apart, and visibility lags. Waiting for
 * the tick that brings the price is the market's time, not the engine's. What the rival's workflows
 * do after the last row is closed is not counted.
 */
async function readFillSeconds({ db, temporal }: Bench, orderIds: readonly string[]) {
  const matchedAt = await readMatchedAt(db, orderIds);
  const { closedAt } = await readLastOf(db, orderIds);
  return (Math.max(closedAt, await readEndedAt(temporal, matchedAt)) - matchedAt) / 1_000;
}
