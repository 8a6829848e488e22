import {
  loadWorkflowHarness,
  type WorkflowHandle,
  type WorkflowHarness,
  type WorkflowHarnessFactory,
} from '../test/harness/workflow';
import type { AccountResetInput } from './contract';

const INPUT: AccountResetInput = {
  accountId: 'account-1',
  epoch: 3,
  cash: '100000',
  requestKey: 'key-1',
  rounds: 0,
};
const DONE = { accountId: 'account-1', epoch: 4 };

interface Look {
  readonly open: number;
  readonly unsettled: number;
}
const CLEAN: Look = { open: 0, unsettled: 0 };

let factory: WorkflowHarnessFactory;
let harness: WorkflowHarness;

beforeAll(async () => {
  const activityNames = ['beginReset', 'cancelOpenOrders', 'archiveAccount'];
  factory = await loadWorkflowHarness({
    workflowsPath: 'workflows/bundles/platform',
    activityNames,
  });
}, 60_000);

// Whatever a test did, its histories must be replayable.
afterEach(async () => {
  await harness.replay();
  await harness.close();
});

/** Each look and each attempt to archive answers with the next of its list, the last for ever. */
async function start(
  looks: readonly Look[],
  archived: readonly boolean[] = [true],
): Promise<WorkflowHandle> {
  const next = <Value>(values: readonly Value[]) => {
    let index = 0;
    return () => values[Math.min(index++, values.length - 1)];
  };
  const [look, archive] = [next(looks), next(archived)];
  harness = factory.create({
    beginReset: () => Promise.resolve(undefined),
    cancelOpenOrders: () => Promise.resolve(look()),
    archiveAccount: () => Promise.resolve({ archived: archive() }),
  });
  return harness.start('accountResetWorkflow', [INPUT]);
}

test('an account with nothing open is archived at once', async () => {
  const run = await start([CLEAN]);
  expect(run.result()).toEqual(DONE);
  expect(harness.calls('beginReset')).toEqual([INPUT]);
});

test('it waits until the book has canceled and everything is booked', async () => {
  const run = await start([{ open: 2, unsettled: 0 }, { open: 0, unsettled: 1 }, CLEAN]);
  expect(harness.calls('archiveAccount')).toEqual([]);
  expect(await run.details()).toContain('2 orders are open');
  await harness.advance('1 second');
  expect(run.result()).toEqual(DONE);
  const rounds = harness.calls('cancelOpenOrders').map((input) => (input as Numbered).round);
  expect(rounds).toEqual([0, 1, 2]);
});
interface Numbered {
  readonly round: number;
}

test('what came in between is looked at again', async () => {
  const run = await start([CLEAN], [false, true]);
  expect(run.outcome()).toEqual({ kind: 'running' });
  await harness.advance('1 second');
  expect(run.result()).toEqual(DONE);
});

test('canceling the run does not leave an account that takes no orders', async () => {
  const run = await start([{ open: 1, unsettled: 0 }, CLEAN]);
  await run.cancel();
  await harness.advance('1 second');
  expect(run.result()).toEqual(DONE);
});

test('a long wait goes on in a new run that knows how long it was', async () => {
  const run = await start([{ open: 1, unsettled: 0 }]);
  await harness.advance('20 minutes');
  expect(run.outcome()).toEqual({ kind: 'continued_as_new', args: [{ ...INPUT, rounds: 200 }] });
});
