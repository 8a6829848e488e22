import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { OrderActivities } from '../activities/orders';
import { DATABASE_STEP, SETTLES_PER_RUN } from './activity-options';
import { leadingOrder, showProgress } from './blotter';
import {
  acceptOrderUpdate,
  type AcceptVerdict,
  cancelOrderUpdate,
  orderStatusQuery,
  type OrderWorkflowInput,
  type OrderWorkflowResult,
  priceSignal,
  replaceOrderUpdate,
  type RootProgress,
} from './contract';
import { takeTurns } from './turns';

const { acceptOrder, resumeOrder, requestCancel, requestReplace, settleExecutions } =
  proxyLocalActivities<OrderActivities>(DATABASE_STEP);

/**
 * The life of one root order: accept it, then book whatever the market session reports until no
 * row of the root can change any more. It holds no money and no book: every step reads and writes
 * Postgres, so a run can be killed, resumed or started again at any point.
 */
export async function orderWorkflow(input: OrderWorkflowInput): Promise<OrderWorkflowResult> {
  const root = rootOf(input);
  const accepted = aVerdict();
  const inTurn = takeTurns();
  let progress: RootProgress | null = null;
  let rings = input.mode === 'resume' ? 1 : 0;
  let cancelWanted = input.mode === 'resume' && input.cancel;

  // A plain promise: whoever waits for the verdict gets it, even if the run is canceled meanwhile.
  setHandler(acceptOrderUpdate, () => accepted.verdict);
  setHandler(orderStatusQuery, () => progress);
  setHandler(priceSignal, () => {
    rings += 1;
  });
  setHandler(cancelOrderUpdate, ({ orderId }) => {
    return CancellationScope.nonCancellable(async () => {
      await accepted.verdict;
      return inTurn(() => requestCancel({ ...root, orderId }));
    });
  });
  setHandler(replaceOrderUpdate, (request) => {
    return CancellationScope.nonCancellable(async () => {
      await accepted.verdict;
      return inTurn(() => requestReplace({ ...root, request }));
    });
  });
  // Canceled in the Temporal UI: the book decides whether that comes in time, so we ask and wait.
  CancellationScope.current().cancelRequested.catch(() => {
    cancelWanted = true;
  });

  return CancellationScope.nonCancellable(async () => {
    const opening =
      input.mode === 'place' ? await acceptOrder(input.order) : await resumeOrder(root);
    accepted.decide(opening.verdict);
    let current = opening.progress;
    const show = (next: RootProgress): void => {
      showProgress(next, progress);
      progress = current = next;
    };
    show(current);

    let heard = 0;
    for (let settles = 0; !current.closed; settles += 1) {
      await condition(() => rings > heard || cancelWanted || isLong(settles));
      if (isLong(settles)) await startAnew(root, () => cancelWanted);
      if (cancelWanted) {
        cancelWanted = false;
        await inTurn(() => requestCancel({ ...root, orderId: null }));
      }
      heard = rings;
      show(await inTurn(() => settleExecutions(root)));
    }
    // Closing while a replace is still being answered would strand its caller.
    if (!allHandlersFinished()) await condition(allHandlersFinished);
    return resultOf(current);
  });
}

/** A promise costs the sandbox a stack trace; a condition makes half a dozen of them. */
function aVerdict() {
  let decide: (verdict: AcceptVerdict) => void = () => undefined;
  const verdict = new Promise<AcceptVerdict>((resolve) => {
    decide = resolve;
  });
  return { verdict, decide };
}

/** The server counts updates too, also those that settle nothing: it takes 2,000 of a run. */
const isLong = (settles: number): boolean =>
  settles === SETTLES_PER_RUN || workflowInfo().continueAsNewSuggested;

interface Root {
  readonly rootId: string;
  readonly accountId: string;
  readonly symbol: string;
}

function rootOf(input: OrderWorkflowInput): Root {
  if (input.mode === 'resume') {
    return { rootId: input.rootId, accountId: input.accountId, symbol: input.symbol };
  }
  const { orderId, accountId, symbol } = input.order;
  return { rootId: orderId, accountId, symbol };
}

/** @param cancel - Asked last of all: a cancellation does not follow into the next run. */
async function startAnew(root: Root, cancel: () => boolean): Promise<never> {
  await condition(allHandlersFinished);
  return continueAsNew<typeof orderWorkflow>({ mode: 'resume', ...root, cancel: cancel() });
}

function resultOf(progress: RootProgress): OrderWorkflowResult {
  const { orderId, status, filledQuantity, averageFillPrice } = leadingOrder(progress);
  return { orderId, status, filledQuantity, averageFillPrice };
}
