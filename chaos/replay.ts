/** Replays histories with the workflow code as it is built now: what fails would get stuck. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { WORKFLOW_TYPES } from '../workflows/contract';

interface Recorded {
  readonly name: string;
  readonly workflowType: string;
  readonly history: unknown;
}

const DIST = resolve(__dirname, '..');
const HISTORIES = resolve(DIST, '..', 'test', 'histories');

/** The built bundle that each type of workflow is in. */
const BUNDLES: Readonly<Record<string, string>> = {
  [WORKFLOW_TYPES.order]: 'orders',
  [WORKFLOW_TYPES.feed]: 'feed',
  [WORKFLOW_TYPES.reconcile]: 'platform',
};

async function main(): Promise<void> {
  const options = { 'workflow-id': { type: 'string' } } as const;
  const { 'workflow-id': workflowId } = parseArgs({ options }).values;
  const logger = new DefaultLogger('ERROR', () => undefined);
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'OFF' } } });
  const histories = readRecorded();
  if (workflowId !== undefined) histories.push(await fetchRunning(workflowId));
  let broken = 0;
  for (const recorded of histories) {
    const problem = await replay(recorded);
    if (problem !== null) broken += 1;
    process.stdout.write(`${problem === null ? 'ok     ' : 'BROKEN '} ${recorded.name}\n`);
    if (problem !== null) process.stdout.write(`        ${problem}\n`);
  }
  process.stdout.write(`${histories.length} histories, ${broken} broken\n`);
  if (broken > 0) process.exitCode = 1;
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

/** From the server of `TEMPORAL_ADDRESS`, else of the Everfill that runs in this home. */
async function fetchRunning(workflowId: string): Promise<Recorded> {
  const connection = await Connection.connect({ address: findServer() });
  try {
    const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
    const handle = new Client({ connection, namespace }).workflow.getHandle(workflowId);
    const { type } = await handle.describe();
    return { name: workflowId, workflowType: type, history: await handle.fetchHistory() };
  } finally {
    await connection.close();
  }
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

/** @returns Why it cannot be replayed; `null` when it can. */
async function replay({ name, workflowType, history }: Recorded): Promise<string | null> {
  const bundle = BUNDLES[workflowType];
  if (bundle === undefined) return `${name} is no workflow of ours: ${workflowType}`;
  const workflowBundle = { codePath: join(DIST, 'workers', `${bundle}.bundle.js`) };
  try {
    await Worker.runReplayHistory({ workflowBundle }, history, name);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`everfill replay: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
