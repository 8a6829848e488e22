import { usageBetween, usagePerOrder, type Usage } from './costs/meter';
import { countOrderCommits } from './costs/order-commits';
import type { Results } from './report';
import { runCanceledLives } from './scenarios/cancels';
import { runBareLives, runEmptyUpdates, runEmptyWorkflows } from './scenarios/floor';
import { readHistoryLength } from './scenarios/histories';
import { runMarketOrders } from './scenarios/market-orders';
import { placeByHttp, placeOnRival } from './scenarios/placements';
import { runRestingLives } from './scenarios/resting-lives';
import type { Bench } from './scenarios/scenario';
import { runSignaled, runSingleFills } from './scenarios/single-fills';
import { runTextbookLives } from './scenarios/textbook-lives';
import { median } from './statistics';

export const IN_FLIGHT = 50;

/** How much one round does; the full form takes its time. */
export interface RoundSize {
  /** How often bare lives, empty workflows and lives take turns. */
  readonly turns: number;
  /** Empty ones before the lives of each turn, and as many after them. */
  readonly workflows: number;
  readonly bareLives: number;
  readonly lives: number;
  readonly textbookLives: number;
  readonly rivalLives: number;
  readonly singles: number;
  readonly singleFills: number;
  readonly eights: number;
  /** Times that eight resting orders are crossed at once. */
  readonly eightFills: number;
  /** Canceled orders, and market orders, at fifty in flight; no fewer, or it would not be fifty. */
  readonly fifties: number;
}

export const QUICK_ROUND: RoundSize = {
  turns: 2,
  workflows: 100,
  bareLives: 80,
  lives: 100,
  textbookLives: 75,
  rivalLives: 100,
  singles: 16,
  singleFills: 3,
  eights: 16,
  eightFills: 1,
  fifties: 50,
};

export const FULL_ROUND: RoundSize = {
  turns: 3,
  workflows: 300,
  bareLives: 300,
  lives: 300,
  textbookLives: 200,
  rivalLives: 600,
  singles: 60,
  singleFills: 15,
  eights: 160,
  eightFills: 10,
  fifties: 200,
};

/**
 * Public examples look at the price about once a second, so an order that rests for five seconds
 * looks five times; one that rests for a minute, sixty.
 */
const TEXTBOOK_LOOKS = 5;

/** So much that code is compiled and caches are filled, and no more: nothing of it is reported. */
export async function warmUp(bench: Bench): Promise<void> {
  // Gently first: fifty at once would meet cold code in every process.
  await runMarketOrders(bench, 'cold', 40, 4);
  await runEmptyWorkflows(bench, 'warm-up', 60, IN_FLIGHT);
  await runEmptyUpdates(bench, 'warm-up', 60, IN_FLIGHT);
  await runBareLives(bench, 'warm-up', 60, IN_FLIGHT);
  await runRestingLives(bench, 'warm-up', 60, IN_FLIGHT, placeByHttp);
  await runTextbookLives(bench, 'warm-up', 20, 20, 1);
  if (bench.rival.running) await runRestingLives(bench, 'warm-up', 60, IN_FLIGHT, placeOnRival);
  await runCanceledLives(bench, 'warm-up-cancel', 20, 20);
}

/**
 * One round of everything, side by side on one server, so that the machine's moods hit all figures
 * alike; ratios are taken within the round, those to the engine's floor within a turn of it.
 */
export async function runRound(
  bench: Bench,
  round: string,
  size: RoundSize,
  idle: Usage,
  results: Results,
): Promise<void> {
  const updates = await runEmptyUpdates(bench, `${round}-50`, size.workflows, IN_FLIGHT);
  results.add('empty_updates_per_second', size.workflows / updates.seconds);
  results.addLatencies('empty_update_50_in_flight', updates.latenciesMs);

  const rates = [await runTurn(bench, `${round}-turn-1`, size, idle, results)];
  const textbook = [round, size.textbookLives, IN_FLIGHT, TEXTBOOK_LOOKS] as const;
  const textbookRate = await runTextbookLives(bench, ...textbook);
  for (let turn = 2; turn <= size.turns; turn += 1) {
    rates.push(await runTurn(bench, `${round}-turn-${turn}`, size, idle, results));
  }
  const restingRate = median(rates);
  results.add('orders_per_second', restingRate);
  results.add('resting_lives_per_second', restingRate);
  results.add('textbook_lives_per_second', textbookRate);
  results.add('resting_lives_to_textbook', restingRate / textbookRate);
  if (bench.rival.running) {
    const rival = await runRestingLives(bench, round, size.rivalLives, IN_FLIGHT, placeOnRival);
    results.add('dbos_lives_per_second', rival.perSecond);
    results.add('resting_lives_to_dbos', restingRate / rival.perSecond);
  } else {
    results.note(`no DBOS to compare with: ${bench.rival.reason}`);
  }
  const canceled = await runCanceledLives(bench, `${round}-cancel`, size.fifties, IN_FLIGHT);
  results.add('canceled_lives_per_second', canceled.perSecond);
  results.addLatencies('cancel_50_in_flight', canceled.cancelLatenciesMs);
  await runMarkets(bench, round, size.fifties, IN_FLIGHT, results);
  await runFewInFlight(bench, round, size, results);
}

/**
 * Lives between the floors they are compared with: rates move by a third within a minute.
 *
 * @returns Lives a second.
 */
async function runTurn(
  bench: Bench,
  turn: string,
  { workflows, bareLives, lives }: RoundSize,
  idle: Usage,
  results: Results,
): Promise<number> {
  const bare = await runBareLives(bench, turn, bareLives, IN_FLIGHT);
  const before = await runEmptyWorkflows(bench, `${turn}-before`, workflows, IN_FLIGHT);
  const restingRate = await runOwnLives(bench, turn, lives, idle, results);
  const after = await runEmptyWorkflows(bench, `${turn}-after`, workflows, IN_FLIGHT);
  const emptyRate = (2 * workflows) / (before.seconds + after.seconds);
  const bareRate = bareLives / bare.seconds;
  results.add('empty_workflows_per_second', emptyRate);
  results.add('bare_lives_per_second', bareRate);
  results.add('resting_lives_to_empty_workflows', restingRate / emptyRate);
  results.add('resting_lives_to_bare_lives', restingRate / bareRate);
  return restingRate;
}

/** @returns Lives a second. */
async function runOwnLives(
  bench: Bench,
  round: string,
  total: number,
  idle: Usage,
  results: Results,
): Promise<number> {
  const before = await bench.meter.read();
  const lives = await runRestingLives(bench, round, total, IN_FLIGHT, placeByHttp);
  const busy = usageBetween(before, await bench.meter.read());
  results.add('accepts_per_second', lives.total / lives.placed.seconds);
  results.add('fills_per_second', lives.total / lives.fillSeconds);
  results.addLatencies('accept_50_in_flight', lives.placed.latenciesMs);
  results.addLatencies('fill_50_in_flight', lives.fillLatenciesMs);
  addCosts(results, usagePerOrder(busy, idle, lives.total));
  const commits = await countOrderCommits(bench.db, lives.placed.orderIds);
  results.add('app_commits_per_order', commits / lives.total);
  results.add('events_per_order', await readHistoryLength(bench, lives.placed.orderIds));
  return lives.perSecond;
}

function addCosts(results: Results, usage: Usage): void {
  results.add('actions_per_order', usage.actions);
  results.add('temporal_commits_per_order', usage.engineCommits);
  results.add('temporal_writes_per_order', usage.engineWrites);
  results.add('app_transactions_per_order', usage.appTransactions);
  results.add('wal_bytes_per_order', usage.walBytes);
  for (const [name, ms] of Object.entries(usage.cpuMs)) {
    results.add(`cpu_ms_per_order_${name.replaceAll('-', '_')}`, ms);
  }
}

/** Orders that rest leave nothing running behind their verdict; market orders fill meanwhile. */
async function runInFlight(
  bench: Bench,
  round: string,
  total: number,
  inFlight: number,
  results: Results,
): Promise<void> {
  const resting = await runCanceledLives(bench, `${round}-${inFlight}`, total, inFlight);
  results.addLatencies(`accept_${inFlight}_in_flight`, resting.acceptLatenciesMs);
  results.addLatencies(`cancel_${inFlight}_in_flight`, resting.cancelLatenciesMs);
  await runMarkets(bench, round, total, inFlight, results);
}

async function runMarkets(
  bench: Bench,
  round: string,
  total: number,
  inFlight: number,
  results: Results,
): Promise<void> {
  const market = await runMarketOrders(bench, `${round}-${inFlight}`, total, inFlight);
  results.addLatencies(`market_accept_${inFlight}_in_flight`, market.acceptLatenciesMs);
  results.addLatencies(`market_fill_${inFlight}_in_flight`, market.fillLatenciesMs);
}

async function runFewInFlight(
  bench: Bench,
  round: string,
  size: RoundSize,
  results: Results,
): Promise<void> {
  const floor = await runEmptyUpdates(bench, `${round}-1`, size.singles, 1);
  results.addLatencies('empty_update_1_in_flight', floor.latenciesMs);
  await runInFlight(bench, round, size.singles, 1, results);
  await runInFlight(bench, round, size.eights, 8, results);
  const signaled = await runSignaled(bench, round, size.singleFills);
  results.addLatencies('signal_local_activity_1_in_flight', signaled);
  const fills = await runSingleFills(bench, `${round}-fill`, size.singleFills);
  results.addLatencies('fill_1_in_flight', fills);
  for (let time = 1; time <= size.eightFills; time += 1) {
    const lives = await runRestingLives(bench, `${round}-eight-${time}`, 8, 8, placeByHttp);
    results.addLatencies('fill_8_in_flight', lives.fillLatenciesMs);
  }
}
