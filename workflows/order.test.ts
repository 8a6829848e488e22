import {
  loadWorkflowHarness,
  type WorkflowHandle,
  type WorkflowHarness,
  type WorkflowHarnessFactory,
} from '../test/harness/workflow';
import {
  accept,
  anOpening,
  aProgress,
  cancel,
  held,
  PLACE,
  refuse,
  replace,
  REPLACE,
  RESUME,
  ring,
  ROOT,
  settling,
  STEPS,
  type Steps,
} from '../test/workflows/order-steps';
import { type OrderWorkflowInput, orderStatusQuery, type RootProgress } from './contract';

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

async function start(
  steps: Steps = {},
  input: OrderWorkflowInput = PLACE,
  first?: (order: WorkflowHandle) => void,
): Promise<WorkflowHandle> {
  harness = factory.create({ ...STEPS, ...steps });
  return harness.start('orderWorkflow', [input], first);
}

describe('acceptance', () => {
  test('is answered through the update that came with the start', async () => {
    const order = await start({}, PLACE, (run) => void accept(run));
    expect(await accept(order)).toEqual(anOpening('new').verdict);
    expect(harness.calls('acceptOrder')).toEqual([(PLACE as { order: unknown }).order]);
    expect(order.outcome()).toEqual({ kind: 'running' });
  });

  test('is answered the same to an update that comes later', async () => {
    const order = await start();
    expect(await accept(order)).toEqual(anOpening('new').verdict);
  });

  test('waits for nothing but the database', async () => {
    const order = await start();
    expect(harness.calls('settleExecutions')).toEqual([]);
    expect(await order.query(orderStatusQuery)).toEqual(aProgress('new'));
  });

  test.each(['rejected', 'filled'] as const)(
    'that finds the order %s ends the run',
    async (status) => {
      const order = await start({ acceptOrder: () => Promise.resolve(anOpening(status)) });
      expect(order.result()).toMatchObject({ orderId: 'o-1', status });
      expect(order.searchAttributes).toEqual({ EverfillStatus: status });
      expect(harness.calls('settleExecutions')).toEqual([]);
    },
  );

  test('of an order that is rejected is still answered', async () => {
    const acceptOrder = () => Promise.resolve(anOpening('rejected'));
    const order = await start({ acceptOrder }, PLACE, (run) => void accept(run));
    expect(await accept(order)).toMatchObject({ status: 'rejected', rejectReason: 'price_collar' });
  });

  test('outlasts an outage of the database', async () => {
    let isDown = true;
    const acceptOrder = () =>
      isDown ? Promise.reject(new Error('connection refused')) : STEPS.acceptOrder();
    const order = await start({ acceptOrder });
    await harness.advance('1 minute');
    expect(order.outcome()).toEqual({ kind: 'running' });
    const attempts = harness.calls('acceptOrder').length;
    // 0.1, 0.2, 0.4, 0.8, 1.6, 3.2 s and then every 5 s: no storm, and no giving up.
    expect(attempts).toBeGreaterThan(10);
    expect(attempts).toBeLessThan(20);
    isDown = false;
    await harness.advance('5 seconds');
    expect(await accept(order)).toMatchObject({ status: 'new' });
  });

  test('that can never succeed fails the run, and the update with it', async () => {
    const acceptOrder = refuse('client_order_id_conflict');
    const order = await start({ acceptOrder }, PLACE, (run) => void accept(run));
    await expect(accept(order)).rejects.toThrow('completed before');
    expect(order.outcome()).toMatchObject({
      kind: 'failed',
      error: { cause: { type: 'client_order_id_conflict' } },
    });
  });
});

describe('signals', () => {
  test('settle what the market reported, until the order is closed', async () => {
    const settleExecutions = settling(aProgress('partially_filled'), aProgress('filled'));
    const order = await start({ settleExecutions });
    await ring(order);
    expect(await order.query(orderStatusQuery)).toEqual(aProgress('partially_filled'));
    await ring(order);
    expect(order.result()).toEqual({
      orderId: 'o-1',
      status: 'filled',
      filledQuantity: '10',
      averageFillPrice: '9.5',
    });
    expect(harness.calls('settleExecutions')).toEqual([ROOT, ROOT]);
  });

  test('that come before the acceptance are not forgotten', async () => {
    const accepting = held(anOpening('new'));
    const settleExecutions = settling(aProgress('filled'));
    const order = await start({ acceptOrder: accepting.step, settleExecutions }, PLACE, (run) => {
      void ring(run);
    });
    await ring(order);
    expect(harness.calls('settleExecutions')).toEqual([]);
    accepting.release();
    await harness.idle();
    expect(order.result()).toMatchObject({ status: 'filled' });
  });

  test('that come together are one', async () => {
    const order = await start();
    await Promise.all([ring(order), ring(order), ring(order)]);
    expect(harness.calls('settleExecutions')).toHaveLength(1);
  });

  test('that come during a settlement cause another', async () => {
    const first = held(aProgress('new'));
    const order = await start({ settleExecutions: first.step });
    await ring(order);
    await ring(order);
    expect(harness.calls('settleExecutions')).toHaveLength(1);
    first.release();
    await harness.idle();
    expect(harness.calls('settleExecutions')).toHaveLength(2);
  });

  // Reports are rows: each row here is a number of bells for the same three of them.
  test.each([
    { what: 'each once', bells: [1, 1, 1] },
    { what: 'doubled', bells: [2, 2, 2] },
    { what: 'the first two lost', bells: [0, 0, 1] },
    { what: 'all at the end', bells: [0, 0, 3] },
  ])('$what end in the same result', async ({ bells }) => {
    let reported = 0;
    const settleExecutions = () =>
      Promise.resolve(aProgress(reported === 3 ? 'filled' : 'partially_filled'));
    const order = await start({ settleExecutions });
    for (const count of bells) {
      reported += 1;
      await Promise.all(Array.from({ length: count }, () => ring(order)));
    }
    expect(order.result()).toMatchObject({ status: 'filled' });
  });
});

describe('a cancel', () => {
  test('asks the book and is answered without waiting for it', async () => {
    const order = await start();
    expect(await cancel(order)).toEqual({ orderId: 'o-1', status: 'pending_cancel' });
    expect(harness.calls('requestCancel')).toEqual([{ ...ROOT, orderId: 'o-1' }]);
    expect(order.outcome()).toEqual({ kind: 'running' });
  });

  test('waits for the acceptance', async () => {
    const accepting = held(anOpening('new'));
    const order = await start({ acceptOrder: accepting.step });
    const answer = cancel(order);
    await harness.idle();
    expect(harness.calls('requestCancel')).toEqual([]);
    accepting.release();
    expect(await answer).toMatchObject({ status: 'pending_cancel' });
  });

  test('that is refused fails its update and nothing else', async () => {
    const settleExecutions = settling(aProgress('filled'));
    const requestCancel = refuse('order_not_cancelable');
    const order = await start({ requestCancel, settleExecutions });
    await expect(cancel(order)).rejects.toMatchObject({
      cause: { type: 'order_not_cancelable', nonRetryable: true },
    });
    expect(harness.calls('requestCancel')).toHaveLength(1);
    expect(order.outcome()).toEqual({ kind: 'running' });
    await ring(order);
    expect(order.result()).toMatchObject({ status: 'filled' });
  });
});

describe('a cancellation from the Temporal UI', () => {
  const canceling = (progress: RootProgress): Steps => ({ settleExecutions: settling(progress) });

  test('asks the book for everything open, and keeps waiting for its answer', async () => {
    const order = await start({
      settleExecutions: settling(aProgress('pending_cancel'), aProgress('canceled')),
    });
    await order.cancel();
    expect(harness.calls('requestCancel')).toEqual([{ ...ROOT, orderId: null }]);
    expect(order.outcome()).toEqual({ kind: 'running' });
    await ring(order);
    expect(order.result()).toMatchObject({ status: 'canceled' });
  });

  test('loses against a fill that came first', async () => {
    const order = await start(canceling(aProgress('filled')));
    await order.cancel();
    expect(order.result()).toMatchObject({ status: 'filled' });
  });

  test('before the acceptance neither stops it nor leaves its caller without an answer', async () => {
    const accepting = held(anOpening('new'));
    const order = await start({ acceptOrder: accepting.step }, PLACE, (run) => void accept(run));
    await order.cancel();
    expect(harness.calls('requestCancel')).toEqual([]);
    accepting.release();
    await harness.idle();
    expect(await accept(order)).toMatchObject({ status: 'new' });
    expect(harness.calls('requestCancel')).toEqual([{ ...ROOT, orderId: null }]);
  });

  test('leaves a replace that is being answered alone', async () => {
    const replacing = held({ accepted: true, orderId: 'o-2' });
    const order = await start({ requestReplace: replacing.step });
    const answer = replace(order);
    await order.cancel();
    replacing.release();
    expect(await answer).toEqual({ accepted: true, orderId: 'o-2' });
    await harness.idle();
    expect(harness.calls('requestCancel')).toEqual([{ ...ROOT, orderId: null }]);
  });

  test('outlasts an outage of the database', async () => {
    let isDown = true;
    const requestCancel = () =>
      isDown ? Promise.reject(new Error('connection refused')) : STEPS.requestCancel();
    const settleExecutions = settling(aProgress('canceled'));
    const order = await start({ requestCancel, settleExecutions });
    await order.cancel();
    await harness.advance('20 seconds');
    isDown = false;
    await harness.advance('5 seconds');
    expect(order.result()).toMatchObject({ status: 'canceled' });
  });
});

describe('a replace', () => {
  test('is answered with the new row, which leads once the book agrees', async () => {
    const settleExecutions = settling(
      aProgress('replaced', 'new'),
      aProgress('replaced', 'filled'),
    );
    const order = await start({ settleExecutions });
    expect(await replace(order)).toEqual({ accepted: true, orderId: 'o-2' });
    expect(harness.calls('requestReplace')).toEqual([{ ...ROOT, request: REPLACE }]);
    await ring(order);
    expect(order.searchAttributes).toEqual({});
    await ring(order);
    expect(order.result()).toMatchObject({ orderId: 'o-2', status: 'filled' });
  });

  test('that risk refuses is an answer, and the old order leads on', async () => {
    const refusal = { accepted: false, reason: 'price_collar', message: 'too far' };
    const settleExecutions = settling(aProgress('filled', 'rejected'));
    const order = await start({
      requestReplace: () => Promise.resolve(refusal),
      settleExecutions,
    });
    expect(await replace(order)).toEqual(refusal);
    await ring(order);
    expect(order.result()).toMatchObject({ orderId: 'o-1', status: 'filled' });
  });

  test('that is still being answered keeps a closed order open for it', async () => {
    const settled = held(aProgress('filled'));
    const replacing = held({ accepted: false, reason: 'order_not_replaceable', message: '' });
    const order = await start({ requestReplace: replacing.step, settleExecutions: settled.step });
    await ring(order);
    const answer = replace(order);
    await harness.idle();
    settled.release();
    await harness.idle();
    expect(order.outcome()).toEqual({ kind: 'running' });
    replacing.release();
    expect(await answer).toMatchObject({ accepted: false });
    expect(order.result()).toMatchObject({ status: 'filled' });
  });
});

describe('what the Temporal UI shows', () => {
  test('is the status, upserted only when it changes, and a table of the rows', async () => {
    const settleExecutions = settling(aProgress('partially_filled'));
    const order = await start({ settleExecutions });
    expect(order.searchAttributes).toEqual({});
    await ring(order);
    expect(order.searchAttributes).toEqual({ EverfillStatus: 'partially_filled' });
    expect(await order.details()).toContain('| `o-1` | **partially_filled** | 0 of 10 | - |');
  });
});

describe('a run that goes on', () => {
  test('settles at once when it resumes: a bell may have rung between the runs', async () => {
    const order = await start({ settleExecutions: settling(aProgress('filled')) }, RESUME);
    expect(harness.calls('acceptOrder')).toEqual([]);
    expect(harness.calls('resumeOrder')).toEqual([ROOT]);
    expect(order.result()).toMatchObject({ status: 'filled' });
  });

  test('has the verdict of its row for whoever asks', async () => {
    const order = await start({}, RESUME);
    expect(await accept(order)).toEqual(anOpening('new').verdict);
  });

  test('ends at once when its root is closed', async () => {
    const resumeOrder = () => Promise.resolve(anOpening('canceled'));
    const order = await start({ resumeOrder }, RESUME);
    expect(order.result()).toMatchObject({ status: 'canceled' });
    expect(harness.calls('settleExecutions')).toEqual([]);
  });

  test('cancels what is open when it is resumed to cancel', async () => {
    const order = await start(
      { settleExecutions: settling(aProgress('pending_cancel'), aProgress('canceled')) },
      { ...RESUME, cancel: true },
    );
    expect(harness.calls('requestCancel')).toEqual([{ ...ROOT, orderId: null }]);
    await ring(order);
    expect(order.result()).toMatchObject({ status: 'canceled' });
  });
});
