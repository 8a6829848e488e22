import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { waitUntil } from '../closed-loop';
import { countOpenOrders, waitForWorkflows } from '../queries';
import type { Results } from '../report';
import { IN_FLIGHT } from '../rounds';
import { placeByHttp } from '../scenarios/placements';
import { runRestingLives } from '../scenarios/resting-lives';
import { type Bench, DISTANCE, moveOne, pick } from '../scenarios/scenario';
import type { BenchStack } from '../stack';

const BURST_ORDERS = 2_000;
const REBUILT_DEADLINE_MS = 30_000;
const DRAINED_DEADLINE_MS = 240_000;

/**
 * Two thousand resting order workflows on one symbol, more than a worker keeps in memory: rebuilt
 * after the feed-worker was killed, then crossed by one move of the price.
 */
export async function addBurst(bench: Bench, stack: BenchStack, results: Results): Promise<void> {
  const hot = { ...bench, symbols: bench.symbols.slice(0, 1) };
  const { market } = pick(hot, 0);
  const placed = await placeByHttp(hot, 'burst', BURST_ORDERS, IN_FLIGHT);
  results.add('order_worker_megabytes_at_2000_resting', readMegabytes(stack, 'order-worker'));
  results.add('rebuild_after_kill_ms', await killFeed(hot, stack, market.symbol));
  const start = performance.now();
  await moveOne(hot, market, -2 * DISTANCE);
  await waitUntil(
    `${BURST_ORDERS} orders of one symbol to be filled`,
    async () => (await countOpenOrders(hot.db, hot.accounts)) === 0,
    DRAINED_DEADLINE_MS,
  );
  await waitForWorkflows(hot.temporal, DRAINED_DEADLINE_MS);
  results.add('burst_2000_fills_per_second', (BURST_ORDERS * 1_000) / (performance.now() - start));
  results.add('burst_2000_rings_per_order', await countRings(hot, placed.orderIds));
  await moveOne(hot, market, 0);
}

/** Milliseconds from the kill to the next step of the market that is stored. */
async function killFeed({ db }: Bench, stack: BenchStack, symbol: string): Promise<number> {
  const readCursor = async () =>
    (
      await sql<{ epoch: string; at: number }>`
        select epoch, extract(epoch from updated_at)::float8 * 1000 as at
        from feed_cursors where symbol = ${symbol}`.execute(db)
    ).rows[0];
  const before = await readCursor();
  const pid = stack.pids()['feed-worker'];
  if (pid === undefined || before === undefined) throw new Error('there is no feed to kill');
  const killedAt = Date.now();
  process.kill(pid, 'SIGKILL');
  let after = before;
  await waitUntil(
    `${symbol} to tick again`,
    async () => {
      after = (await readCursor()) ?? after;
      return after.epoch !== before.epoch && after.at > killedAt;
    },
    REBUILT_DEADLINE_MS,
  );
  return after.at - killedAt;
}

/** How often each order was told of its fill: more than once or twice would be a storm. */
async function countRings({ temporal }: Bench, orderIds: readonly string[]): Promise<number> {
  const sample = orderIds.slice(0, 50);
  let rings = 0;
  for (const orderId of sample) {
    const history = await temporal.workflow.getHandle(`order:${orderId}`).fetchHistory();
    rings += (history.events ?? []).filter(
      (event) => event.workflowExecutionSignaledEventAttributes != null,
    ).length;
  }
  return rings / sample.length;
}

function readMegabytes(stack: BenchStack, name: string): number {
  const pid = stack.pids()[name];
  if (process.platform !== 'linux' || pid === undefined) return Number.NaN;
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1_024;
}

const LIVES = 300;

/** One symbol or one account that everybody uses, beside the same lives spread over all. */
export async function addHotSpots(bench: Bench, results: Results): Promise<void> {
  const lives = async (name: string, used: Bench): Promise<number> =>
    (await runRestingLives(used, `hot-${name}`, LIVES, IN_FLIGHT, placeByHttp)).perSecond;
  const spread = await lives('spread', bench);
  const symbol = await lives('symbol', { ...bench, symbols: bench.symbols.slice(0, 1) });
  const account = await lives('account', { ...bench, accounts: bench.accounts.slice(0, 1) });
  results.add('spread_lives_per_second', spread);
  results.add('hot_symbol_lives_per_second', symbol);
  results.add('hot_symbol_to_spread', symbol / spread);
  results.add('hot_account_lives_per_second', account);
  results.add('hot_account_to_spread', account / spread);
}

/** The same lives with one order-worker and with two. */
export async function addSecondWorker(
  bench: Bench,
  stack: BenchStack,
  results: Results,
): Promise<void> {
  const run = async (name: string): Promise<number> =>
    (await runRestingLives(bench, `workers-${name}`, LIVES, IN_FLIGHT, placeByHttp)).perSecond;
  const one = await run('one');
  const stop = await stack.addOrderWorker();
  try {
    const two = await run('two');
    results.add('lives_per_second_with_1_order_worker', one);
    results.add('lives_per_second_with_2_order_workers', two);
    results.add('second_order_worker_gain', two / one);
  } finally {
    await stop();
  }
}
