import { acceptOrders } from '../../activities/accept-orders';
import { settleExecutions } from '../../activities/settle-executions';
import { LIMITS } from '../../platform/limits';
import { runClosedLoop } from '../closed-loop';
import type { Results } from '../report';
import { createEdgeDatabase, type EdgeDatabase } from './edge-database';
import { createInstructions, reportFills, toSettleInput } from './edge-orders';
import { recordStatements, type RecordedTransaction, replay } from './recorded-statements';
import { runSessions } from './session-speed';

/** Transactions under way at once, for both sides of each comparison. */
const LANES = 8;

interface EdgeSize {
  readonly orders: number;
  readonly rounds: number;
  readonly reports: number;
  /** How often a round measures sessions. */
  readonly sessionRuns: number;
}

const QUICK: EdgeSize = { orders: 224, rounds: 1, reports: 12_000, sessionRuns: 3 };
const FULL: EdgeSize = { orders: 1_600, rounds: 3, reports: 40_000, sessionRuns: 2 };
/** Fewer than this and it is the compiler that is measured, on whichever side comes first. */
const WARM_UP_REPORTS = 8_000;

/**
 * What the two database steps and the market session reach on Postgres without an engine, beside
 * a plain loop that sends the same statements: it is what Postgres itself allows.
 */
export async function addEdges(results: Results, serverUrl: string, full: boolean): Promise<void> {
  const size = full ? FULL : QUICK;
  await runSessions(serverUrl, 1, WARM_UP_REPORTS);
  for (let round = 1; round <= size.rounds; round += 1) {
    const empty = await createEdgeDatabase(serverUrl, size.orders, 5);
    const orders = createInstructions(empty, size.orders);
    const batches = inBatches(orders);
    const accept = await measureEdge(empty, orders, {
      one: (database, order) => acceptOrders(database.db, [order]),
      many: (database, index) => acceptOrders(database.db, batches[index] ?? []),
      batches: batches.length,
    });
    addEdge(results, 'accept', accept);

    const traded = accept.left;
    await reportFills(traded, orders);
    const settle = await measureEdge(traded, orders.map(toSettleInput), {
      one: (database, input) => settleExecutions(database.db, [input]),
      many: (database, index) =>
        settleExecutions(database.db, (batches[index] ?? []).map(toSettleInput)),
      batches: batches.length,
    });
    addEdge(results, 'settle', settle);
    await settle.left.drop();
    await addSessions(results, serverUrl, size);
  }
  results.note(
    'pgbench stands for its loop: the same recorded statements, prepared, sent by a Node loop',
  );
}

function inBatches<Item>(items: readonly Item[]): Item[][] {
  const size = LIMITS.ordersPerBatch;
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

interface Edge<Input> {
  readonly one: (database: EdgeDatabase, input: Input) => Promise<unknown>;
  readonly many: (database: EdgeDatabase, index: number) => Promise<unknown>;
  readonly batches: number;
}

interface EdgeFigures {
  /** Orders a second. */
  readonly single: number;
  readonly plain: number;
  readonly batched: number;
  /** The database on which every order went through the step once, as batches. */
  readonly left: EdgeDatabase;
}

/** @param start - Is copied for each measurement, and then dropped. */
async function measureEdge<Input>(
  start: EdgeDatabase,
  inputs: readonly Input[],
  edge: Edge<Input>,
): Promise<EdgeFigures> {
  const rate = async (run: (index: number) => Promise<unknown>, calls: number) =>
    inputs.length / (await runClosedLoop(calls, LANES, run)).seconds;
  const onCopy = async <Result>(use: (database: EdgeDatabase) => Promise<Result>) => {
    const database = await start.copy();
    try {
      return await use(database);
    } finally {
      await database.drop();
    }
  };
  const recorded: RecordedTransaction[] = await onCopy((database) =>
    recordStatements(database, inputs, (db, input) => edge.one({ ...database, db }, input)),
  );
  const plain = await onCopy((database) =>
    rate((index) => replay(database, recorded[index] ?? []), inputs.length),
  );
  const single = await onCopy((database) =>
    rate((index) => edge.one(database, inputs[index] as Input), inputs.length),
  );
  const left = await start.copy();
  await start.drop();
  const batched = await rate((index) => edge.many(left, index), edge.batches);
  return { single, plain, batched, left };
}

function addEdge(results: Results, name: string, edge: EdgeFigures): void {
  results.add(`${name}_edge_per_second`, edge.single);
  results.add(`${name}_edge_plain_per_second`, edge.plain);
  results.add(`${name}_edge_batched_per_second`, edge.batched);
  results.add(`${name}_edge_to_plain`, edge.single / edge.plain);
  results.add(`${name}_edge_batched_to_single`, edge.batched / edge.single);
}

async function addSessions(
  results: Results,
  serverUrl: string,
  { reports, sessionRuns }: EdgeSize,
): Promise<void> {
  for (let run = 0; run < sessionRuns; run += 1) {
    const hot = await runSessions(serverUrl, 1, reports);
    const spread = await runSessions(serverUrl, 5, reports);
    results.add('session_reports_per_second', hot);
    results.add('session_spread_reports_per_second', spread);
    results.add('session_hot_to_spread', hot / spread);
  }
}
