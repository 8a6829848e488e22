import { performance } from 'node:perf_hooks';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { checkInvariants } from '../invariants/check-invariants';
import { findDrops, readBaseline } from './baseline';
import { waitUntil } from './closed-loop';
import { usageBetween, type Usage } from './costs/meter';
import { addEdges } from './edges/section';
import { describeMachine } from './machine';
import { addMatching } from './matching/section';
import { openBench } from './open-bench';
import { type BenchOptions, parseBenchOptions } from './options';
import { countOpenOrders, countUnpublishedEvents, waitForWorkflows } from './queries';
import { formatTable, Results, toReport, writeReport } from './report';
import { FULL_ROUND, IN_FLIGHT, QUICK_ROUND, runRound, warmUp } from './rounds';
import type { Bench } from './scenarios/scenario';
import { addArrivals } from './scale/arrivals';
import { addBookSizes } from './scale/books';
import { addBurst, addHotSpots, addSecondWorker } from './scale/resting';
import { addTextbookLooks } from './scale/textbook-looks';
import { type BenchStack, startBenchStack } from './stack';
import { findSourceRoot } from './source-root';

const SECTIONS = ['matching', 'edges', 'rounds', 'arrivals', 'scale'] as const;
/** Sizes of one book whose tick, rebuild and burst are measured. */
const BOOK_SIZES = [1_000, 10_000, 50_000] as const;
type Section = (typeof SECTIONS)[number];

const IDLE_SECONDS = 1.5;
const IDLE_WINDOWS = 2;

/** Everything side by side on one server, so that its moods hit all figures alike. */
async function main(): Promise<void> {
  const startedAt = performance.now();
  const options = parseBenchOptions(process.argv.slice(2), SECTIONS);
  const home = resolve(findSourceRoot(), process.env['EVERFILL_HOME'] ?? '.everfill');
  const results = new Results();
  const wants = (section: Section): boolean =>
    options.only.length === 0 || options.only.includes(section);
  if (wants('matching')) {
    await addMatching(results, options.rounds);
    say('the book alone measured');
  }
  if (wants('scale')) addBookSizes(results, BOOK_SIZES);
  const stack = await startBenchStack();
  // Ctrl-C must not leave servers behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stack.stop().finally(() => process.exit(1)));
  }
  try {
    const opened = await openBench(stack, home);
    const { bench } = opened;
    try {
      if (wants('edges')) {
        await addEdges(results, stack.endpoints.database_url, options.full);
        say('steps and session alone measured');
      }
      if (wants('rounds')) await runRounds(bench, options, results);
      if (wants('arrivals')) await addArrivals(bench, results, options.full);
      if (wants('scale') && options.full) await addScale(bench, stack, results);
      await conclude(bench, options, results, home, startedAt);
    } finally {
      await opened.close();
    }
  } finally {
    await stack.stop();
  }
}

async function runRounds(bench: Bench, options: BenchOptions, results: Results): Promise<void> {
  const size = options.full ? FULL_ROUND : QUICK_ROUND;
  await warmUp(bench);
  say('warmed up');
  const idle = await measureIdle(bench);
  for (let round = 1; round <= options.rounds; round += 1) {
    await runRound(bench, `${round}`, size, idle, results);
    say(`round ${round} of ${options.rounds} done`);
  }
  addRatio(results, 'accept_to_empty_update_1_in_flight', 'accept_1', 'empty_update_1');
  addRatio(results, 'fill_to_signal_1_in_flight', 'fill_1', 'signal_local_activity_1');
}

/** What only shows with many orders; the full form has the minutes for it. */
async function addScale(bench: Bench, stack: BenchStack, results: Results): Promise<void> {
  await addTextbookLooks(bench, results);
  await addHotSpots(bench, results);
  await addSecondWorker(bench, stack, results);
  await addBurst(bench, stack, results);
}

/**
 * What goes on while nobody orders anything: ticks, heartbeats, polls. What orders left behind, or
 * Postgres tidies up, must not count as that, so of several windows it is the quietest.
 */
async function measureIdle({ meter }: Bench): Promise<Usage> {
  const windows: Usage[] = [];
  let before = await meter.read();
  while (windows.length < IDLE_WINDOWS) {
    await delay(IDLE_SECONDS * 1_000);
    const after = await meter.read();
    windows.push(usageBetween(before, after));
    before = after;
  }
  const busy = ({ cpuMs }: Usage): number => Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0);
  return windows.reduce((least, other) => (busy(other) < busy(least) ? other : least));
}

function addRatio(results: Results, name: string, above: string, below: string): void {
  const p50 = (figure: string): number => results.median(`${figure}_in_flight_p50_ms`);
  results.add(name, p50(above) / p50(below));
}

async function conclude(
  bench: Bench,
  options: BenchOptions,
  results: Results,
  home: string,
  startedAt: number,
): Promise<void> {
  const violations = await findViolations(bench);
  const report = toReport(results, {
    form: options.full ? 'full' : 'quick',
    sections: options.only.length === 0 ? 'all' : options.only,
    rounds: options.rounds,
    in_flight: IN_FLIGHT,
    seconds: Math.round((performance.now() - startedAt) / 1_000),
    ...(await describeMachine(bench.db)),
    rival: bench.rival.running ? `@dbos-inc/dbos-sdk ${bench.rival.version}` : null,
    violations,
  });
  const file = writeReport(report, home);
  process.stdout.write(`${formatTable(results)}\n\n`);
  const { cores, model } = report.machine;
  process.stdout.write(`machine: ${cores} x ${model}; ${JSON.stringify(report.versions)}\n`);
  for (const note of results.notes) process.stdout.write(`note: ${note}\n`);
  process.stdout.write(`violations: ${violations.length}\nreport: ${file}\n`);
  if (violations.length > 0) process.exitCode = 1;
  if (options.check) compare(report);
}

function compare(report: Readonly<Record<string, unknown>>): void {
  const drops = findDrops(readBaseline(), report);
  for (const { name, measured, bound } of drops) {
    process.stdout.write(`WORSE  ${name}: ${measured}, the baseline allows ${bound}\n`);
  }
  process.stdout.write(`${drops.length} figures worse than bench/baseline.json\n`);
  if (drops.length > 0) process.exitCode = 1;
}

async function findViolations({ db, temporal, accounts }: Bench): Promise<unknown[]> {
  await waitUntil(
    'all orders to close and all events to be published',
    async () =>
      (await countOpenOrders(db, accounts)) === 0 && (await countUnpublishedEvents(db)) === 0,
    30_000,
  );
  // Those that do not end are named by I9.
  await waitForWorkflows(temporal, 60_000).catch(() => undefined);
  const checks = await checkInvariants(db, { temporal, quiescent: true });
  return checks.filter((check) => check.violations.length > 0);
}

/** With the seconds since the program was started. */
function say(line: string): void {
  process.stderr.write(`${Math.round(performance.now() / 1_000)} s: ${line}\n`);
}

void main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
});
