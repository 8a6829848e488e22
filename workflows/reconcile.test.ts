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

/** Each look finds that many orders without a workflow beyond what it takes. */
async function reconcile(left: readonly number[], input?: ReconcileInput) {
  let looks = 0;
  harness = factory.create({
    startMissingFeeds: () => Promise.resolve({ symbols: 6, started: [] }),
    ringUnsettled: () => Promise.resolve(0),
    matchRunsWithOrders: () => {
      const found = { orphans: 1, resumed: ['o-1'], lingering: [], running: 5, alarmed: false };
      return Promise.resolve({ ...found, left: left[looks++] ?? 0 });
    },
    checkStoredData: () => Promise.resolve({ checked: true, broken: [] }),
  });
  const run = await harness.start('reconcileWorkflow', input === undefined ? [] : [input]);
  const { findings } = run.result() as { findings: { looked: string; found: string }[] };
  return findings.find(({ looked }) => looked.startsWith('orders'))?.found;
}

test.each<ReconcileInput>([{ orphans: 'continue' }, { orphans: 'cancel' }])(
  'a decision to $orphans is carried out until no order is left that it is for',
  async (decision) => {
    const found = await reconcile([2_000, 1_000, 0], decision);
    expect(harness.calls('matchRunsWithOrders')).toEqual([decision, decision, decision]);
    expect(found).toBe('5 running, 3 orphans (resumed 3), rang 0 lingering');
  },
);

test('without a decision one look is enough: the next run is a minute away', async () => {
  await reconcile([200]);
  expect(harness.calls('matchRunsWithOrders')).toHaveLength(1);
});
