/** Replays histories with the workflow code as it is built now: what fails would get stuck. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { WORKFLOW_TYPES } from '../workflows/contract';
import { longestOrders, type Recorded, type Replayed, replayHistories } from './replayer';

const HISTORIES = resolve(__dirname, '..', '..', 'test', 'histories');
const MOST_OF_SERVER = 10_000;

async function main(): Promise<void> {
  const { workflowId, longest } = parseOptions(process.argv.slice(2));
  const tally = { replayed: 0, broken: 0 };
  for (const recorded of readRecorded()) {
    await report(tally, replayHistories(recorded.workflowType, [recorded]));
  }
  if (workflowId !== null) {
    await withServer(async (client) => {
      const recorded = await fetchRunning(client, workflowId);
      await report(tally, replayHistories(recorded.workflowType, [recorded]));
    });
  }
  if (longest > 0) {
    await withServer((client) =>
      report(tally, replayHistories(WORKFLOW_TYPES.order, longestOrders(client, longest))),
    );
  }
  process.stdout.write(`${tally.replayed} histories, ${tally.broken} broken\n`);
  if (tally.broken > 0) process.exitCode = 1;
}

function parseOptions(args: string[]) {
  const options = { 'workflow-id': { type: 'string' }, longest: { type: 'string' } } as const;
  const { 'workflow-id': workflowId = null, longest = '0' } = parseArgs({ args, options }).values;
  if (!/^\d{1,5}$/.test(longest) || Number(longest) > MOST_OF_SERVER) {
    throw new Error(`--longest is a number of orders up to ${MOST_OF_SERVER}, not '${longest}'`);
  }
  return { workflowId, longest: Number(longest) };
}

async function report(
  tally: { replayed: number; broken: number },
  replays: AsyncIterable<Replayed>,
): Promise<void> {
  for await (const { name, problem } of replays) {
    tally.replayed += 1;
    if (problem !== null) tally.broken += 1;
    process.stdout.write(`${problem === null ? 'ok     ' : 'BROKEN '} ${name}\n`);
    if (problem !== null) process.stdout.write(`        ${problem}\n`);
  }
}

function readRecorded(): Recorded[] {
  return readdirSync(HISTORIES)
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const history = JSON.parse(readFileSync(join(HISTORIES, file), 'utf8')) as HistoryJson;
      return { name: file, history, workflowType: typeOf(history) };
    });
}

interface HistoryJson {
  readonly events: readonly {
    readonly workflowExecutionStartedEventAttributes?: { readonly workflowType: { name: string } };
  }[];
}

const typeOf = ({ events }: HistoryJson): string =>
  events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name ?? '';

/** The server of `TEMPORAL_ADDRESS`, else of the Everfill that runs in this home. */
async function withServer(use: (client: Client) => Promise<void>): Promise<void> {
  const connection = await Connection.connect({ address: findServer() });
  try {
    const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
    await use(new Client({ connection, namespace }));
  } finally {
    await connection.close();
  }
}

async function fetchRunning({ workflow }: Client, workflowId: string): Promise<Recorded> {
  const handle = workflow.getHandle(workflowId);
  const { type } = await handle.describe();
  return { name: workflowId, workflowType: type, history: await handle.fetchHistory() };
}

function findServer(): string {
  const named = process.env['TEMPORAL_ADDRESS'];
  if (named) return named;
  const home = resolve(process.env['EVERFILL_HOME'] ?? '.everfill');
  try {
    const text = readFileSync(join(home, 'endpoints.json'), 'utf8');
    return (JSON.parse(text) as { temporal_address: string }).temporal_address;
  } catch {
    throw new Error(`no Everfill runs in ${home}: start it, or set TEMPORAL_ADDRESS`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`everfill replay: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
