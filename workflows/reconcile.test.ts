import {
  loadWorkflowHarness,
  type WorkflowHarness,
  type WorkflowHarnessFactory,
} from '../test/harness/workflow';
import type { ReconcileInput } from './contract';

let factory: WorkflowHarnessFactory;
let harness: WorkflowHarness;

const ACTIVITIES = ['startMissingFeeds', 'ringUnsettled', 'matchRunsWithOrders', 'checkStoredData'];

beforeAll(async () => {
  factory = await loadWorkflowHarness({
    workflowsPath: 'workflows/bundles/platform',
    activityNames: ACTIVITIES,
  });
}, 60_000);

afterEach(async () => {
  await harness.replay();
  await harness.close();
});

/** A look leaves so many orders without a workflow; the second finds what the first started. */
async function reconcile(left: readonly number[], input?: ReconcileInput) {
  let looks = 0;
  harness = factory.create({
    startMissingFeeds: () => Promise.resolve({ symbols: 6, started: [] }),
    ringUnsettled: () => Promise.resolve(0),
    matchRunsWithOrders: () => {
      const resumed = looks === 1 ? [] : ['o-1'];
      const found = { orphans: resumed.length, resumed, lingering: [], running: 5, alarmed: false };
      return Promise.resolve({ ...found, left: left[looks++] ?? 0 });
    },
    checkStoredData: () => Promise.resolve({ checked: true, broken: [] }),
  });
  const run = await harness.start('reconcileWorkflow', input === undefined ? [] : [input]);
  await harness.advance('5 seconds');
  const { findings } = run.result() as { findings: { looked: string; found: string }[] };
  return findings.find(({ looked }) => looked.startsWith('orders'))?.found;
}

test.each<ReconcileInput>([{ orphans: 'continue' }, { orphans: 'cancel' }])(
  'a decision to $orphans is carried out until no order is left that it is for',
  async (decision) => {
    const found = await reconcile([7, 7, 0], decision);
    expect(harness.calls('matchRunsWithOrders')).toEqual([decision, decision, decision]);
    expect(found).toBe('5 running, 2 orphans (resumed 2), rang 0 lingering');
  },
);

test('without a decision one look is enough: the next run is a minute away', async () => {
  await reconcile([200]);
  expect(harness.calls('matchRunsWithOrders')).toHaveLength(1);
});
