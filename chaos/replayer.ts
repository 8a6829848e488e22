import { join, resolve } from 'node:path';
import type { Client } from '@temporalio/client';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { WORKFLOW_TYPES } from '../workflows/contract';

export interface Recorded {
  readonly name: string;
  readonly workflowType: string;
  readonly history: unknown;
}

export interface Replayed {
  readonly name: string;
  /** Why it cannot be replayed; `null` when it can. */
  readonly problem: string | null;
}

const WORKERS = resolve(__dirname, '..', 'workers');

/** The built bundle that each type of workflow is in. */
const BUNDLES: Readonly<Record<string, string>> = {
  [WORKFLOW_TYPES.order]: 'orders',
  [WORKFLOW_TYPES.feed]: 'feed',
  [WORKFLOW_TYPES.reconcile]: 'platform',
  [WORKFLOW_TYPES.accountReset]: 'platform',
};

let silent = false;

/** A history that cannot be replayed is an answer here, not news; signals are for this process. */
function silenceRuntime(): void {
  if (silent) return;
  silent = true;
  const logger = new DefaultLogger('ERROR', () => undefined);
  Runtime.install({
    logger,
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: 'OFF' } },
  });
}

/** Replays histories of one type with the workflow code as it is built now, one at a time. */
export async function* replayHistories(
  workflowType: string,
  histories: Iterable<Recorded> | AsyncIterable<Recorded>,
): AsyncIterable<Replayed> {
  const bundle = BUNDLES[workflowType];
  if (bundle === undefined) throw new Error(`${workflowType} is no workflow of ours`);
  silenceRuntime();
  const workflowBundle = { codePath: join(WORKERS, `${bundle}.bundle.js`) };
  const named = nameForSdk(histories);
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, named)) {
    yield { name: workflowId, problem: error?.message ?? null };
  }
}

async function* nameForSdk(histories: Iterable<Recorded> | AsyncIterable<Recorded>) {
  for await (const { name, history } of histories) yield { workflowId: name, history };
}

/** Of a server that has more, the newest are looked at. */
const LOOKED_AT = 20_000;

/**
 * The longest histories of orders that a server still has: those that were disturbed most. Runs of
 * another worker version are left out, as their code is another.
 */
export async function* longestOrders({ workflow }: Client, most: number): AsyncIterable<Recorded> {
  const workflowType = WORKFLOW_TYPES.order;
  const runs = [];
  for await (const run of workflow.list({ query: `WorkflowType = '${workflowType}'` })) {
    if (!run.raw.versioningInfo?.deploymentVersion?.buildId) runs.push(run);
    if (runs.length === LOOKED_AT) break;
  }
  runs.sort((a, b) => b.historyLength - a.historyLength);
  for (const { workflowId, runId } of runs.slice(0, most)) {
    const history = await workflow.getHandle(workflowId, runId).fetchHistory();
    yield { name: workflowId, workflowType, history };
  }
}
