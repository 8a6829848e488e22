import { sql } from 'kysely';
import { checkInvariants, type InvariantResult } from '../invariants/check-invariants';
import type { BankReadings } from './bank-watch';
import { compareLatencies, type Latency, type LatencySample, type Span } from './latencies';
import { repeatOrder, SYMBOLS } from './load';
import { mapBounded } from '../platform/map-bounded';
import { QUIET_LIMIT_MS, waitUntilQuiet } from './quiet';
import { waitUntil } from './wait-until';
import { steerFeed, type World } from './world';
import { longestOrders, replayHistories } from './replayer';
import { WORKFLOW_TYPES } from '../workflows/contract';

export interface Totals {
  readonly orders: number;
  readonly closed: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly trades: number;
  readonly fills: number;
  readonly events: number;
  readonly consumed: number;
  readonly duplicates: number;
  readonly held: string;
  /** Histories of orders that were replayed, the longest. */
  readonly replayed: number;
  readonly bankReadings: number;
  /** Different totals that were read; 1 when nothing ever moved. */
  readonly bankTotals: number;
  /** Until nothing was open and nothing waited. */
  readonly quietSeconds: number;
  /** From then until every invariant held, the workflows included. */
  readonly atRestSeconds: number;
}

interface Latencies {
  readonly accept: Latency;
  readonly fill: Latency;
}

/** How the run came out. */
export interface Settlement {
  readonly invariants: readonly {
    readonly name: string;
    readonly statement: string;
    readonly violations: number;
  }[];
  readonly violations: readonly string[];
  readonly totals: Totals;
  readonly latencies: { readonly with_faults: Latencies; readonly without_faults: Latencies };
}

/** Lets everything end that can end, then looks at everything that must be so. */
export async function settle(
  world: World,
  stopBank: () => Promise<BankReadings>,
  disturbed: readonly Span[],
): Promise<Settlement> {
  const { ledger, events, client } = world;
  const since = performance.now();
  await world.load.stop();
  for (const symbol of SYMBOLS) {
    await steerFeed(world, symbol, { action: 'resume' }).catch((error: unknown) => {
      ledger.contradict(`I12: ${(error as Error).message}`);
    });
  }
  const quiet = await waitUntilQuiet(world);
  const quietSeconds = (performance.now() - since) / 1_000;
  await repeatSome(world);
  const consumed = await waitUntilConsumed(world);
  await events.stop();
  const bank = await stopBank();
  const restingSince = performance.now();
  const results = await checkAtRest(world);
  const atRestSeconds = (performance.now() - restingSince) / 1_000;
  const { replayed, stuck } = await replayLongest(world);
  const totals = await readTotals(world, bank, { quietSeconds, atRestSeconds, replayed });
  const violations = [
    ...(quiet ? [] : [`I12: not quiet after ${QUIET_LIMIT_MS / 1_000} s`]),
    ...results.flatMap(({ name, violations: found }) =>
      found.map((violation) => `${name}: ${JSON.stringify(violation)}`),
    ),
    ...stuck,
    ...ledger.contradictions,
    ...client.surprises.map((surprise) => `I11: ${surprise}`),
    ...(bank.totals.length === 1 ? [] : [`I4: money moved: ${bank.totals.join(' | ')}`]),
    ...(consumed ? [] : ['I8: the consumer did not get every event']),
    ...events.gaps.map((gap) => `I8: ${gap}`),
    ...(totals.orders === totals.closed ? [] : [`${totals.orders - totals.closed} orders open`]),
    ...(totals.trades === totals.fills ? [] : ['I3: reported and settled executions differ']),
    ...(Number(totals.held) === 0 ? [] : [`I6: ${totals.held} is held`]),
  ];
  return {
    invariants: results.map(({ name, statement, violations: found }) => ({
      name,
      statement,
      violations: found.length,
    })),
    violations,
    totals,
    latencies: await readLatencies(world, disturbed),
  };
}

const REPEATS = 40;

/** A client that never got over its doubts asks again for what it placed (I1, I2, I11). */
async function repeatSome({ client, ledger, random }: World): Promise<void> {
  const repeats = random.fork('repeats').shuffle(ledger.orders).slice(0, REPEATS);
  await mapBounded(repeats, 8, (told) =>
    repeatOrder(client, ledger, told).catch((error: unknown) => {
      ledger.contradict(`I11: ${(error as Error).message}`);
    }),
  );
}

async function waitUntilConsumed({ db, events }: World): Promise<boolean> {
  const all = await waitUntil(
    20_000,
    async () => {
      const rows = await db
        .selectFrom('events')
        .select('event_id')
        .where('account_id', '=', events.trader.accountId)
        .execute();
      const missing = rows.filter(({ event_id: id }) => !events.applied.has(id));
      return missing.length === 0 && rows.length === events.applied.size;
    },
    300,
  );
  return all === true;
}

/** A workflow whose last signal was lost with its sender waits for reconciliation: two minutes. */
const AT_REST_PATIENCE_MS = 150_000;

/** I9 asks the engine, which may end a run a moment after its rows are closed. */
async function checkAtRest({ db, temporal, ledger }: World): Promise<InvariantResult[]> {
  const options = { quiescent: true, temporal, acknowledgedIds: ledger.acknowledgedIds };
  let results: InvariantResult[] = [];
  await waitUntil(
    AT_REST_PATIENCE_MS,
    async () => {
      results = await checkInvariants(db, options);
      return results.every(({ violations }) => violations.length === 0);
    },
    1_000,
  );
  if (results.length === 0) throw new Error('the invariants could not be checked');
  return results;
}

const LONGEST = 300;

/** What cannot be replayed is stuck as soon as the worker that has it in its cache is gone. */
async function replayLongest({ temporal }: World): Promise<{ replayed: number; stuck: string[] }> {
  let replayed = 0;
  const stuck: string[] = [];
  const histories = longestOrders(temporal, LONGEST);
  for await (const { name, problem } of replayHistories(WORKFLOW_TYPES.order, histories)) {
    replayed += 1;
    if (problem !== null) stuck.push(`I12: ${name} cannot be replayed: ${problem}`);
  }
  return { replayed, stuck };
}

async function readTotals(
  { db, ledger, events }: World,
  bank: BankReadings,
  observed: Pick<Totals, 'quietSeconds' | 'atRestSeconds' | 'replayed'>,
): Promise<Totals> {
  const { rows: statuses } = await sql<{ status: string; count: string }>`
    select status, count(*) as count from orders group by status order by 2 desc`.execute(db);
  const { rows } = await sql<Record<'closed' | 'trades' | 'fills' | 'events' | 'held', string>>`
    select (select count(*) from orders where closed_at is not null) as closed,
      (select count(*) from execution_reports where kind = 'trade') as trades,
      (select count(*) from fills) as fills, (select count(*) from events) as events,
      (select coalesce(sum(abs(balance)), 0) from ledger_balances
        where account like 'user:%:held') as held`.execute(db);
  const [counts] = rows;
  if (counts === undefined) throw new Error('no totals');
  return {
    orders: statuses.reduce((sum, { count }) => sum + Number(count), 0),
    closed: Number(counts.closed),
    statuses: Object.fromEntries(statuses.map(({ status, count }) => [status, Number(count)])),
    acknowledged: new Set(ledger.acknowledgedIds).size,
    trades: Number(counts.trades),
    fills: Number(counts.fills),
    events: Number(counts.events),
    consumed: events.applied.size,
    duplicates: events.duplicates,
    held: String(Number(counts.held)),
    bankReadings: bank.readings,
    bankTotals: bank.totals.length,
    ...observed,
  };
}

async function readLatencies(
  { db, ledger }: World,
  disturbed: readonly Span[],
): Promise<Settlement['latencies']> {
  const accept = ledger.orders.map(({ startedAt, acceptMs }) => ({ at: startedAt, ms: acceptMs }));
  // A report older than its own order was aged by a drill.
  const { rows } = await sql<LatencySample>`
    select extract(epoch from created_at)::float8 * 1000 as at,
      extract(epoch from settled_at - created_at)::float8 * 1000 as ms
    from execution_reports reports where kind = 'trade' and settled_at is not null
      and not exists (select from market_commands commands
        where commands.order_id = reports.order_id and commands.created_at > reports.created_at
          and commands.kind = 'submit')`.execute(db);
  const accepts = compareLatencies(accept, disturbed);
  const fills = compareLatencies(rows, disturbed);
  return {
    with_faults: { accept: accepts.within, fill: fills.within },
    without_faults: { accept: accepts.outside, fill: fills.outside },
  };
}
