import { waitUntilQuiet } from '../quiet';
import type { ExtraProcess } from '../stack';
import { orderWorkflowId } from '../../workflows/contract';
import { waitUntil } from '../wait-until';
import type { World } from '../world';
import { bundleChangedWorkflows, countNonDeterminism } from './deployments';
import { type Fault, type Injected, struck } from './fault';
import { placeResting, sweepPrice, waitUntilClosed } from './resting-orders';

export const PINNED_DEPLOY: Fault = {
  name: 'pinned-deploy',
  number: 15,
  what: 'changed workflow code, which cannot replay the past, deployed as a version of its own',
  holds: 'open orders end on the version they began on, new ones on the new one',
  progress: ['accepts', 'settles'],
  short: false,
  plan: ({ random }) => {
    const symbol = random.pick(['MSFT', 'TSLA', 'AMZN']);
    return { target: `orders of ${symbol}`, inject: (world) => deployBeside(world, symbol) };
  },
};

const DEPLOYMENT = 'drill-orders';
const ORDERS = 10;

async function deployBeside(world: World, symbol: string): Promise<Injected> {
  const failures: string[] = [];
  const workflows = await bundleChangedWorkflows(world.stack.home);
  // Only this drill's orders may begin on a version: they all end before the versions go.
  world.load.pause();
  try {
    await waitUntil(30_000, () => world.ledger.underWay === 0);
    if (!(await waitUntilQuiet(world))) failures.push('the orders before did not end');
    const before = await deploy(world, 'before');
    const traders = world.spare.crowd;
    const old = await placeResting(world, { symbol, count: ORDERS, traders });
    const after = await deploy(world, 'after', {
      NODE_OPTIONS: `--require ${require.resolve('../preload/change-workflows')}`,
      EVERFILL_DRILL_WORKFLOWS: workflows,
    });
    const fresh = await placeResting(world, { symbol, count: ORDERS, traders });
    await sweepPrice(world, fresh);
    const left = await waitUntilClosed(world, [...old.ids, ...fresh.ids], 45_000);
    if (left > 0) failures.push(`${left} of ${2 * ORDERS} orders did not end`);
    failures.push(...(await findElsewhere(world, old.ids, 'before')));
    failures.push(...(await findElsewhere(world, fresh.ids, 'after')));
    const wrong = await countNonDeterminism(after.metrics);
    if (wrong > 0) failures.push(`${wrong} tasks of old orders came to the new version`);
    await before.end('SIGTERM');
    const alone = await placeResting(world, { symbol, count: 1, traders });
    await sweepPrice(world, alone);
    const open = await waitUntilClosed(world, alone.ids, 30_000);
    if (open > 0) failures.push('with the old version retired, an order did not end');
    failures.push(...(await findElsewhere(world, alone.ids, 'after')));
    await routeTo(world, '');
    await after.end('SIGTERM');
  } finally {
    await routeTo(world, '').catch(() => undefined);
    world.load.resume();
  }
  return { ...struck(2, failures), notes: `${ORDERS} orders ended on each version` };
}

/** A worker of that build, to which every new order goes from now on. */
async function deploy(
  world: World,
  buildId: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<ExtraProcess> {
  const worker = await world.stack.startExtra('order-worker', {
    ...environment,
    TEMPORAL_DEPLOYMENT_NAME: DEPLOYMENT,
    TEMPORAL_WORKER_BUILD_ID: buildId,
  });
  await routeTo(world, buildId);
  return worker;
}

/** @param buildId - Empty: to the workers without a version, as on every single machine. */
async function routeTo({ temporal }: World, buildId: string): Promise<void> {
  let last: unknown;
  const set = await waitUntil(40_000, async () => {
    try {
      await temporal.workflowService.setWorkerDeploymentCurrentVersion({
        namespace: 'default',
        deploymentName: DEPLOYMENT,
        buildId,
        identity: 'drill',
        ignoreMissingTaskQueues: true,
      });
      return true;
    } catch (error) {
      // A version is known once its worker has polled.
      last = error;
      return false;
    }
  });
  if (set === null) throw new Error(`version '${buildId}': ${(last as Error).message}`);
}

const PINNED = 1;

/** Orders that are not pinned to that build, by the engine's own word. */
async function findElsewhere(
  { temporal }: World,
  ids: readonly string[],
  buildId: string,
): Promise<string[]> {
  const described = await Promise.all(
    ids.map(async (id) => {
      const { raw } = await temporal.workflow.getHandle(orderWorkflowId(id)).describe();
      const info = raw.workflowExecutionInfo?.versioningInfo;
      const build = info?.deploymentVersion?.buildId ?? 'none';
      return Number(info?.behavior) === PINNED ? build : `${build}, not pinned`;
    }),
  );
  return described
    .filter((build) => build !== buildId)
    .map((build) => `an order of version ${buildId} is on ${build}`);
}
