import { Client, Connection } from '@temporalio/client';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { checkInvariants } from '../invariants/check-invariants';
import { createDatabase } from '../platform/database';
import { orderWorkflowId } from '../workflows/contract';
import { createEverfillClient } from './everfill-client';
import { countOpenOrders, readCommits } from './queries';
import {
  addLatencies,
  addSample,
  formatTable,
  type Samples,
  sdkVersion,
  toReport,
  writeReport,
} from './report';
import { runEmptyUpdates, runEmptyWorkflows } from './scenarios/floor';
import { runMarketOrders } from './scenarios/market-orders';
import { runRestingLives } from './scenarios/resting-lives';
import { type Bench, BENCH_SYMBOLS } from './scenarios/scenario';
import { type BenchStack, startBenchStack } from './stack';
import { waitUntil } from './closed-loop';

const ACCOUNTS = 20;
const IN_FLIGHT = 50;
const WORKFLOWS_A_ROUND = 400;
const LIVES_A_ROUND = 300;
const SINGLES_A_ROUND = 40;
const WARM_UP_ORDERS = 60;
const WARM_UP_IN_FLIGHT = 4;
const MAXIMUM_ROUNDS = 20;

/** Rounds of everything side by side on one server, so that its moods hit all figures alike. */
async function main(): Promise<void> {
  const rounds = parseRounds(process.argv.slice(2));
  const home = resolve(process.env['EVERFILL_HOME'] ?? '.everfill');
  const samples: Samples = new Map();
  addSample(samples, 'match_ops_per_second', await measureMatching());
  const stack = await startBenchStack();
  try {
    const { bench, close } = await openBench(stack);
    try {
      // Gently first: fifty at once would meet cold code in every process.
      await runMarketOrders(bench, 'cold', WARM_UP_ORDERS, WARM_UP_IN_FLIGHT);
      await runRound(bench, 'warm-up', new Map());
      for (let round = 1; round <= rounds; round += 1) await runRound(bench, `${round}`, samples);
      const violations = await findViolations(bench);
      const report = toReport(samples, {
        rounds,
        in_flight: IN_FLIGHT,
        sdk: sdkVersion(),
        store: 'sqlite',
        temporal_commits_per_order: null,
        violations,
      });
      const file = writeReport(report, home);
      process.stdout.write(`${formatTable(samples)}\n\nviolations: ${violations.length}\n`);
      process.stdout.write(`report: ${file}\n`);
      if (violations.length > 0) process.exitCode = 1;
    } finally {
      await close();
    }
  } finally {
    await stack.stop();
  }
}

/** @throws Error naming the option and its rule. */
function parseRounds(args: string[]): number {
  const { values } = parseArgs({ args, options: { rounds: { type: 'string', default: '3' } } });
  const rounds = Number(values.rounds);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= MAXIMUM_ROUNDS) return rounds;
  throw new Error(`--rounds takes a whole number from 1 to ${MAXIMUM_ROUNDS}`);
}

/** In a process of its own: nothing else shall share its compiler, its heap or its cache. */
async function measureMatching(): Promise<number> {
  const program = join(__dirname, 'match-speed.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  return (JSON.parse(stdout) as { match_ops_per_second: number }).match_ops_per_second;
}

async function openBench(stack: BenchStack): Promise<{ bench: Bench; close: () => Promise<void> }> {
  const { endpoints } = stack;
  const connection = await Connection.connect({ address: endpoints.temporal_address });
  const { db, pool } = createDatabase({
    databaseUrl: endpoints.database_url,
    name: 'bench',
    poolSize: 4,
    onError: () => undefined,
  });
  const everfill = createEverfillClient(endpoints.api, {
    keyId: endpoints.api_key_id,
    secret: endpoints.api_secret_key,
  });
  const accounts = await Promise.all(
    Array.from({ length: ACCOUNTS }, (_, index) =>
      everfill.createAccount(`bench-${index}`, '1000000000'),
    ),
  );
  const symbols = await Promise.all(
    BENCH_SYMBOLS.map(async (symbol) => {
      await everfill.commandFeed(symbol, { action: 'pause' });
      return { symbol, ask: await everfill.latestAsk(symbol) };
    }),
  );
  const run = Date.now().toString(36);
  const temporal = new Client({ connection });
  const bench: Bench = { everfill, temporal, db, accounts, symbols, run };
  const close = async (): Promise<void> => {
    await connection.close();
    await pool.end();
  };
  return { bench, close };
}

async function runRound(bench: Bench, round: string, samples: Samples): Promise<void> {
  const empty = await runEmptyWorkflows(bench, round, WORKFLOWS_A_ROUND, IN_FLIGHT);
  addSample(samples, 'empty_workflows_per_second', WORKFLOWS_A_ROUND / empty.seconds);

  const commits = await readCommits(bench.db);
  const lives = await runRestingLives(bench, round, LIVES_A_ROUND, IN_FLIGHT);
  const lifeSeconds = lives.acceptSeconds + lives.fillSeconds;
  addSample(samples, 'orders_per_second', lives.total / lifeSeconds);
  addSample(samples, 'resting_lives_per_second', lives.total / lifeSeconds);
  addSample(samples, 'accepts_per_second', lives.total / lives.acceptSeconds);
  addSample(samples, 'fills_per_second', lives.total / lives.fillSeconds);
  addLatencies(samples, 'accept', lives.acceptLatenciesMs);
  addLatencies(samples, 'fill', lives.fillLatenciesMs);
  const perOrder = ((await readCommits(bench.db)) - commits) / lives.total;
  addSample(samples, 'app_commits_per_order', perOrder);
  addSample(samples, 'events_per_order', await readEvents(bench, lives.orderIds));

  const single = await runEmptyUpdates(bench, `${round}-1`, SINGLES_A_ROUND, 1);
  addLatencies(samples, 'empty_update_1_in_flight', single.latenciesMs);
  const alone = await runMarketOrders(bench, `${round}-market`, SINGLES_A_ROUND, 1);
  addLatencies(samples, 'accept_1_in_flight', alone.latenciesMs);
  addSample(
    samples,
    'resting_lives_to_empty_workflows',
    lives.total / lifeSeconds / (WORKFLOWS_A_ROUND / empty.seconds),
  );
}

/** Median history length of a few closed orders. */
async function readEvents({ temporal }: Bench, orderIds: readonly string[]): Promise<number> {
  const lengths = await Promise.all(
    orderIds.slice(0, 10).map(async (orderId) => {
      const handle = temporal.workflow.getHandle(orderWorkflowId(orderId));
      await handle.result();
      return (await handle.describe()).historyLength;
    }),
  );
  return lengths.sort((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? Number.NaN;
}

async function findViolations({ db, temporal, accounts }: Bench): Promise<unknown[]> {
  await waitUntil(
    'all orders to close',
    async () => (await countOpenOrders(db, accounts)) === 0,
    30_000,
  );
  const checks = await checkInvariants(db, { temporal, quiescent: true });
  return checks.filter((check) => check.violations.length > 0);
}

void main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = 1;
});
