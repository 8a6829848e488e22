/** What the tests of the order workflow share: steps with known answers, and messages. */
import { ApplicationFailure } from '@temporalio/common';
import type { OrderStatus } from '../../domain/order/order';
import {
  acceptOrderUpdate,
  type AcceptVerdict,
  cancelOrderUpdate,
  type OrderWorkflowInput,
  priceSignal,
  replaceOrderUpdate,
  type ReplaceRequest,
  type RootProgress,
} from '../../workflows/contract';
import type { WorkflowHandle } from '../harness/workflow';

export const ROOT = { rootId: 'o-1', accountId: 'a-1', symbol: 'AAPL' } as const;
export const PLACE = {
  mode: 'place',
  order: { orderId: 'o-1', accountId: 'a-1', symbol: 'AAPL', side: 'buy', quantity: '10' },
} as unknown as OrderWorkflowInput;
export const RESUME = {
  mode: 'resume',
  ...ROOT,
  cancel: false,
} as const satisfies OrderWorkflowInput;
const BELL = { symbol: 'AAPL', price: '10', sequence: 1 };
export const REPLACE: ReplaceRequest = {
  orderId: 'o-1',
  replacementId: 'o-2',
  clientOrderId: 'mine-2',
  requestId: 'r-2',
  quantity: '20',
  limitPrice: null,
  stopPrice: null,
  timeInForce: null,
};

const CLOSED: readonly OrderStatus[] = ['filled', 'canceled', 'expired', 'rejected', 'replaced'];

export function aProgress(...statuses: readonly OrderStatus[]): RootProgress {
  return {
    orders: statuses.map((status, index) => ({
      orderId: `o-${index + 1}`,
      status,
      quantity: '10',
      filledQuantity: status === 'filled' ? '10' : '0',
      averageFillPrice: status === 'filled' ? '9.5' : null,
    })),
    closed: statuses.every((status) => CLOSED.includes(status)),
  };
}

export function anOpening(status: OrderStatus) {
  const verdict: AcceptVerdict = {
    orderId: 'o-1',
    fingerprint: 'the body',
    requestId: 'r-1',
    status,
    rejectReason: status === 'rejected' ? 'price_collar' : null,
  };
  return { verdict, progress: aProgress(status) };
}

/** A step that waits until the test lets it go. */
export function held<Result>(result: Result) {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const step = async (): Promise<Result> => {
    await gate;
    return result;
  };
  return { step, release: () => release() };
}

export type Step = (input: never) => Promise<unknown>;

/** An order that is accepted and lives until a settlement says otherwise. */
export const STEPS = {
  acceptOrder: () => Promise.resolve(anOpening('new')),
  resumeOrder: () => Promise.resolve(anOpening('new')),
  requestCancel: () => Promise.resolve({ orderId: 'o-1', status: 'pending_cancel' }),
  requestReplace: () => Promise.resolve({ accepted: true, orderId: 'o-2' }),
  settleExecutions: () => Promise.resolve(aProgress('new')),
};
export type Steps = Readonly<Partial<Record<keyof typeof STEPS, Step>>>;

export const accept = (order: WorkflowHandle) => order.update(acceptOrderUpdate, 'accept');
export const cancel = (order: WorkflowHandle) =>
  order.update(cancelOrderUpdate, 'cancel:o-1', { orderId: 'o-1' });
export const replace = (order: WorkflowHandle) =>
  order.update(replaceOrderUpdate, 'replace:o-2', REPLACE);
export const ring = (order: WorkflowHandle) => order.signal(priceSignal, BELL);
export const refuse = (type: string) => () =>
  Promise.reject(ApplicationFailure.create({ type, message: type, nonRetryable: true }));

/** Settlements as they come, the last again and again. */
export function settling(...progress: readonly RootProgress[]): Step {
  let next = 0;
  return () => {
    const current = progress[Math.min(next, progress.length - 1)];
    next += 1;
    return Promise.resolve(current);
  };
}
