import {
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { OrderInstruction } from '../workflows/contract';
import type { BenchSteps } from './steps';

/** The engine's floor: a workflow that does nothing. */
export async function emptyWorkflow(): Promise<void> {
  await Promise.resolve();
}

export const answerUpdate = defineUpdate<string>('answer');
export const finishSignal = defineSignal('finish');

/** The floor of an order's accept: nothing but an answer by update-with-start. */
export async function answeringWorkflow(): Promise<void> {
  let answered = false;
  setHandler(answerUpdate, () => {
    answered = true;
    return 'here';
  });
  await condition(() => answered);
}

const { touchDatabase, touchNothing } = proxyLocalActivities<BenchSteps>({
  startToCloseTimeout: '10 seconds',
});

/** The floor of an order's fill: a signal, and one database step as a local activity. */
export async function signaledWorkflow(): Promise<void> {
  let rung = false;
  setHandler(finishSignal, () => {
    rung = true;
  });
  await condition(() => rung);
  await touchDatabase();
}

/**
 * The engine's floor of a resting order: the messages and steps of its life, and nothing in them.
 * What it takes no order can save.
 */
export async function bareLife(): Promise<void> {
  let accepted = false;
  let rung = false;
  setHandler(answerUpdate, async () => {
    await condition(() => accepted);
    return 'accepted';
  });
  setHandler(finishSignal, () => {
    rung = true;
  });
  await touchNothing();
  accepted = true;
  await condition(() => rung);
  await touchNothing();
}

const steps = proxyActivities<BenchSteps>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '1 second' },
});

export interface TextbookInput {
  readonly order: OrderInstruction;
  /** How often it asks for the price until it is there, at least 1. */
  readonly looks: number;
}

/** Public examples sleep a second; here the seconds are left out and only their work is done. */
const PAUSE_MS = 1;

/**
 * An order as most public examples write it: each step a regular activity with transactions of its
 * own, and the price asked for again and again. The SQL of its steps is Everfill's, and so are the
 * rows it leaves.
 */
export async function textbookOrder({ order, looks }: TextbookInput): Promise<void> {
  const { orderId: rootId, accountId, symbol } = order;
  await steps.checkOrder(order);
  const opening = await steps.acceptAlone(order);
  let closed = opening.progress.closed;
  for (let look = 1; !closed; look += 1) {
    const isThere = await steps.isPriceThere(order);
    if (isThere && look >= looks) {
      const progress = await steps.settleAlone({ rootId, accountId, symbol });
      closed = progress.closed;
    }
    if (!closed) await sleep(PAUSE_MS);
  }
  await steps.publishEvents({ accountId });
}
