import {
  loadWorkflowHarness,
  type WorkflowHarness,
  type WorkflowHarnessFactory,
} from '../test/harness/workflow';
import { UPDATES_BEFORE_SUGGESTION } from '../test/harness/workflow-run';
import { PLACE, REPLACE, RESUME, STEPS } from '../test/workflows/order-steps';
import { replaceOrderUpdate } from './contract';

let factory: WorkflowHarnessFactory;
let harness: WorkflowHarness;

beforeAll(async () => {
  const activityNames = Object.keys(STEPS);
  factory = await loadWorkflowHarness({ workflowsPath: 'workflows/bundles/orders', activityNames });
}, 60_000);

afterEach(() => harness.close());

test('an order starts anew before the server takes no more updates of its run', async () => {
  const refused = { accepted: false, reason: 'price_collar', message: 'too far' };
  harness = factory.create({ ...STEPS, requestReplace: () => Promise.resolve(refused) });
  const order = await harness.start('orderWorkflow', [PLACE]);
  for (let sent = 1; sent < UPDATES_BEFORE_SUGGESTION; sent += 1) {
    await order.update(replaceOrderUpdate, `replace-${sent}`, REPLACE);
  }
  expect(order.outcome()).toEqual({ kind: 'running' });
  expect(await order.update(replaceOrderUpdate, 'the last', REPLACE)).toEqual(refused);
  await harness.idle();
  expect(order.outcome()).toEqual({ kind: 'continued_as_new', args: [RESUME] });
});
