import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { signalProcess } from '../processes';
import { waitUntil } from '../wait-until';
import { strike, type World } from '../world';
import { type Fault, type Injected, struck } from './fault';
import { placeResting, sweepPrice, waitUntilClosed } from './resting-orders';

export const BAD_DEPLOY: Fault = {
  name: 'bad-deploy',
  number: 15,
  what: 'an order-worker whose workflow code does not replay its own past, then rolled back',
  holds: 'tasks fail and are counted, orders do not; all of them end after the rollback',
  progress: ['accepts', 'settles'],
  short: false,
  plan: ({ random }) => {
    const symbol = random.pick(['TSLA', 'SPY']);
    return { target: `open orders of ${symbol}`, inject: (world) => deployBadly(world, symbol) };
  },
};

const ORDERS = 10;

async function deployBadly(world: World, symbol: string): Promise<Injected> {
  const failures: string[] = [];
  const resting = await placeResting(world, { symbol, count: ORDERS, traders: world.spare.crowd });
  const workflows = await bundleChangedWorkflows(world.stack.home);
  // An order that begins on the bad code cannot be continued by the good one, so none does here.
  world.load.pause();
  await waitUntil(20_000, () => world.ledger.underWay === 0);
  const good = await strike(world, 'order-worker', 'SIGSTOP');
  let failed: number | null = null;
  try {
    const bad = await world.stack.startExtra('order-worker', {
      NODE_OPTIONS: `--require ${require.resolve('../preload/change-workflows')}`,
      EVERFILL_DRILL_WORKFLOWS: workflows,
    });
    await sweepPrice(world, resting);
    failed = await waitUntil(30_000, async () => (await countNonDeterminism(bad.metrics)) || null);
    if (failed === null) failures.push('no task failed: the metric stands at 0');
    await bad.end('SIGKILL');
  } finally {
    signalProcess(good, 'SIGCONT');
    world.load.resume();
  }
  const since = performance.now();
  const left = await waitUntilClosed(world, resting.ids, 45_000);
  if (left > 0) failures.push(`${left} of ${ORDERS} orders did not end after the rollback`);
  return {
    ...struck(1, failures),
    since,
    recoveredMs: performance.now() - since,
    notes: `${failed ?? 0} tasks failed`,
  };
}

export async function bundleChangedWorkflows(home: string): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: require.resolve('../changed/orders'),
    logger: new DefaultLogger('ERROR'),
  });
  const file = join(home, 'drill', 'changed-orders.bundle.js');
  await writeFile(file, code);
  return file;
}

/** Failed workflow tasks by the SDK's own count. */
export async function countNonDeterminism(metrics: string): Promise<number> {
  const text = await (await fetch(metrics)).text();
  const lines = text.matchAll(
    /^temporal_workflow_task_execution_failed_total\{[^}]*NonDeterminism[^}]*\} (\d+)/gm,
  );
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}
