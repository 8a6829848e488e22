import {
  loadWorkflowHarness,
  type WorkflowHandle,
  type WorkflowHarness,
  type WorkflowHarnessFactory,
} from '../test/harness/workflow';
import { UPDATES_BEFORE_SUGGESTION } from '../test/harness/workflow-run';
import {
  aProgress,
  held,
  PLACE,
  replace,
  REPLACE,
  RESUME,
  ring,
  STEPS,
  type Steps,
} from '../test/workflows/order-steps';
import { SETTLES_PER_RUN } from './activity-options';
import { replaceOrderUpdate, type RootProgress } from './contract';

let factory: WorkflowHarnessFactory;
let harness: WorkflowHarness;

beforeAll(async () => {
  const activityNames = Object.keys(STEPS);
  factory = await loadWorkflowHarness({ workflowsPath: 'workflows/bundles/orders', activityNames });
}, 60_000);

// Whatever a test did, its histories must be replayable.
afterEach(async () => {
  await harness.replay();
  await harness.close();
});

async function start(steps: Steps = {}): Promise<WorkflowHandle> {
  harness = factory.create({ ...STEPS, ...steps });
  return harness.start('orderWorkflow', [PLACE]);
}

const ringTimes = async (order: WorkflowHandle, count: number): Promise<void> => {
  for (let rung = 0; rung < count; rung += 1) await ring(order);
};

/** The last settlement of a run is that step. */
const endingWith = (last: () => Promise<RootProgress>) => {
  let settles = 0;
  return () => {
    settles += 1;
    return settles === SETTLES_PER_RUN ? last() : STEPS.settleExecutions();
  };
};

test('starts anew after many settlements, with nothing but its ids', async () => {
  const order = await start();
  await ringTimes(order, SETTLES_PER_RUN - 1);
  expect(order.outcome()).toEqual({ kind: 'running' });
  await ring(order);
  expect(order.outcome()).toEqual({ kind: 'continued_as_new', args: [RESUME] });
});

test('answers a replace before it starts anew', async () => {
  const last = held(aProgress('new'));
  const replacing = held({ accepted: true, orderId: 'o-2' });
  const settleExecutions = endingWith(last.step);
  const order = await start({ requestReplace: replacing.step, settleExecutions });
  await ringTimes(order, SETTLES_PER_RUN);
  const answer = replace(order);
  await harness.idle();
  last.release();
  await harness.idle();
  expect(order.outcome()).toEqual({ kind: 'running' });
  replacing.release();
  expect(await answer).toMatchObject({ accepted: true });
  expect(order.outcome()).toMatchObject({ kind: 'continued_as_new' });
});

test('takes a cancellation along that came with the last settlement', async () => {
  const last = held(aProgress('new'));
  const settleExecutions = endingWith(last.step);
  const order = await start({ settleExecutions });
  await ringTimes(order, SETTLES_PER_RUN);
  await order.cancel();
  last.release();
  await harness.idle();
  expect(order.outcome()).toEqual({
    kind: 'continued_as_new',
    args: [{ ...RESUME, cancel: true }],
  });
});

test('starts anew before the server takes no more updates of its run', async () => {
  const refused = { accepted: false, reason: 'price_collar', message: 'too far' };
  const order = await start({ requestReplace: () => Promise.resolve(refused) });
  for (let sent = 1; sent < UPDATES_BEFORE_SUGGESTION; sent += 1) {
    await order.update(replaceOrderUpdate, `replace-${sent}`, REPLACE);
  }
  expect(order.outcome()).toEqual({ kind: 'running' });
  expect(await order.update(replaceOrderUpdate, 'the last', REPLACE)).toEqual(refused);
  await harness.idle();
  expect(order.outcome()).toEqual({ kind: 'continued_as_new', args: [RESUME] });
});
