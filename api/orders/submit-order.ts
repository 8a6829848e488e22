import { randomUUID } from 'node:crypto';
import { RefusalError } from '../../domain/refusal';
import { orderIdOf } from '../../platform/identity';
import type { AcceptVerdict, OrderInstruction } from '../../workflows/contract';
import type { Dependencies } from '../dependencies';
import { beforeAnyEffect, isOutage, OutageError } from '../outage';
import { ProblemError } from '../problem-error';
import { findOrder, type OrderRow } from '../queries/orders';
import { findSubmissionFacts, type SubmissionFacts } from '../queries/submission';
import type { OrderResource } from '../resources/order';
import { toAcceptedResource, toPendingResource } from '../resources/new-order';
import type { SubmitOrderBody } from '../routes/orders/order-body';
import { findRefusal, isRunGone } from '../temporal-failure';
import { checkTerms, fingerprintOrder } from './order-terms';
import { findPendingOrder } from './pending-order';
import { findRefusalOf } from './rejected-order';
import { startOrder, startOrderAsync } from './start-order';
import { toOrderWithLegs } from './with-legs';

export interface Submission {
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly body: SubmitOrderBody;
  /** Answer as soon as the order is durably started. */
  readonly respondAsync: boolean;
}

export interface SubmitResult {
  readonly order: OrderResource;
  readonly replayed: boolean;
  /** Started, and not yet judged. */
  readonly pending: boolean;
}

/**
 * Places an order, or finds what an equal request placed before.
 *
 * @throws ProblemError 422 when a rule or risk refuses it, 409 when the id belongs to another body.
 * @throws OutageError whose `taken` says whether the order may have been taken.
 */
export async function submitOrder(
  dependencies: Dependencies,
  submission: Submission,
): Promise<SubmitResult> {
  const facts = await readFacts(dependencies, submission);
  const clock = clockOf(facts);
  const draft = draftOrder(dependencies, submission, facts);
  if (facts.orderId !== null) {
    const row = await beforeAnyEffect(findOrder(dependencies.db, draft.accountId, facts.orderId));
    if (row !== undefined) return answerRow(dependencies, row, draft);
  }
  return submission.respondAsync
    ? startWithoutVerdict(dependencies, draft)
    : startForVerdict(dependencies, draft, facts.asset, clock);
}

type TradedFacts = SubmissionFacts & { readonly asset: NonNullable<SubmissionFacts['asset']> };
/** An order before it is known how long anybody waits for its verdict. */
type Draft = Omit<OrderInstruction, 'acceptBefore'>;

/** Postgres' clock, which judges deadlines: by a wrong one of ours every order would be late. */
function clockOf({ now }: SubmissionFacts): () => number {
  const readAt = performance.now();
  return () => now.getTime() + (performance.now() - readAt);
}

async function readFacts(
  { db, metrics }: Dependencies,
  { accountId, clientOrderId, body }: Submission,
): Promise<TradedFacts> {
  const facts = await beforeAnyEffect(
    findSubmissionFacts(db, accountId, body.symbol, clientOrderId),
  );
  if (facts === null) {
    throw new ProblemError('account_not_found', 'The account of this key is gone.');
  }
  const { asset } = facts;
  if (asset?.tradable === true) return { ...facts, asset };
  metrics.refusedOrders.inc({ reason: 'unknown_symbol' });
  throw new RefusalError('unknown_symbol', `symbol: ${body.symbol} is not traded here.`, {
    field: 'symbol',
    rule: 'traded_symbol',
    symbol: body.symbol,
  });
}

function draftOrder(
  { metrics }: Dependencies,
  { accountId, clientOrderId, body }: Submission,
  { epoch, asset }: TradedFacts,
): Draft {
  try {
    const orderId = orderIdOf(accountId, epoch, clientOrderId);
    const terms = checkTerms(body, orderId, asset.fractionable);
    return {
      orderId,
      accountId,
      epoch,
      clientOrderId,
      fingerprint: fingerprintOrder(asset.symbol, body, terms),
      requestId: randomUUID(),
      symbol: asset.symbol,
      side: body.side,
      type: body.type,
      timeInForce: body.time_in_force,
      ...terms,
    };
  } catch (error) {
    if (error instanceof ProblemError) metrics.refusedOrders.inc({ reason: error.code });
    throw error;
  }
}

/** Starts the order and waits for its verdict, for as long as a client waits. */
async function startForVerdict(
  dependencies: Dependencies,
  draft: Draft,
  asset: TradedFacts['asset'],
  clock: () => number,
): Promise<SubmitResult> {
  const { temporal, orderStarts, limits, metrics } = dependencies;
  const stopTimer = metrics.acceptDuration.startTimer();
  try {
    const verdict = await orderStarts.run(() => {
      const deadline = Date.now() + limits.orderDeadlineMs;
      // Whoever waits gives up at the deadline; accepting later would surprise them.
      const acceptBefore = new Date(clock() + limits.orderDeadlineMs).toISOString();
      const order = { ...draft, acceptBefore };
      return startOrder(temporal, order, deadline).catch((error: unknown) =>
        startAgain(dependencies, order, deadline, error),
      );
    });
    stopTimer();
    return await answerVerdict(dependencies, draft, asset, verdict);
  } catch (error) {
    throw explain(error, draft);
  }
}

/**
 * The id is used up by a run without a verdict to give: an order that has its row is answered from
 * it. One that has none was never accepted, so its terminated run may be followed by another.
 *
 * @returns `null` when the row answers.
 */
async function startAgain(
  { db, temporal }: Dependencies,
  order: OrderInstruction,
  deadline: number,
  error: unknown,
): Promise<AcceptVerdict | null> {
  if (!isRunGone(error)) throw error;
  if ((await findOrder(db, order.accountId, order.orderId)) !== undefined) return null;
  return startOrder(temporal, order, deadline, 'ALLOW_DUPLICATE_FAILED_ONLY');
}

async function startWithoutVerdict(
  dependencies: Dependencies,
  draft: Draft,
): Promise<SubmitResult> {
  const { temporal, orderStarts, limits } = dependencies;
  const order = { ...draft, acceptBefore: null };
  try {
    await orderStarts.run(() =>
      startOrderAsync(temporal, order, Date.now() + limits.orderDeadlineMs),
    );
    return { order: toPendingResource(order, new Date()), replayed: false, pending: true };
  } catch (error) {
    if (!isRunGone(error)) throw explain(error, draft);
    return findStarted(dependencies, draft);
  }
}

/** An asynchronous POST whose order was started before: by its row, or by its workflow. */
async function findStarted(dependencies: Dependencies, draft: Draft): Promise<SubmitResult> {
  const { db, temporal, limits } = dependencies;
  const deadline = Date.now() + limits.orderDeadlineMs;
  const pending = await findPendingOrder(temporal, draft.accountId, draft.orderId, deadline);
  const row = await findOrder(db, draft.accountId, draft.orderId);
  if (row !== undefined) return answerRow(dependencies, row, draft);
  if (pending === null) throw explain(new OutageError('', 'no', undefined), draft);
  refuseOtherBody(pending.order.fingerprint, draft);
  const order = toPendingResource(pending.order, pending.startedAt);
  return { order, replayed: true, pending: true };
}

/** What this very request created is known already; everything else is answered as it stands. */
async function answerVerdict(
  dependencies: Dependencies,
  draft: Draft,
  asset: TradedFacts['asset'],
  verdict: AcceptVerdict | null,
): Promise<SubmitResult> {
  const created = verdict?.requestId === draft.requestId;
  const order = created ? toAcceptedResource(draft, asset, verdict) : null;
  if (order !== null) return { order, replayed: false, pending: false };
  const row = await findOrder(dependencies.db, draft.accountId, draft.orderId);
  if (row === undefined) throw new Error(`order ${draft.orderId} has a verdict but no row`);
  return answerRow(dependencies, row, draft, verdict?.requestId);
}

/** @param requestId - The request that created the order; none when it was another one. */
async function answerRow(
  { db }: Pick<Dependencies, 'db'>,
  row: OrderRow,
  draft: Draft,
  requestId?: string,
): Promise<SubmitResult> {
  refuseOtherBody(row.fingerprint, draft);
  const replayed = requestId !== draft.requestId;
  const refusal = await findRefusalOf(db, row, replayed);
  if (refusal !== null) throw refusal;
  return { order: await toOrderWithLegs(db, row), replayed, pending: false };
}

function refuseOtherBody(fingerprint: string, draft: Draft): void {
  if (fingerprint === draft.fingerprint) return;
  throw new RefusalError(
    'client_order_id_conflict',
    `client_order_id: '${draft.clientOrderId}' belongs to another order of this account, ` +
      'with other terms.',
    { field: 'client_order_id', rule: 'unique_client_order_id', order_id: draft.orderId },
  );
}

/** Says whether an order that got no answer may have been taken. */
function explain(error: unknown, { clientOrderId, orderId }: Draft): unknown {
  const refusal = findRefusal(error);
  if (refusal !== null) return refusal;
  // Nothing was sent yet: waiting for a place in the queue took too long.
  if (error instanceof OutageError && error.message !== '') return error;
  if (!isOutage(error) && !isRunGone(error)) return error;
  return new OutageError(
    'There was no answer in time, and the order may have been taken. Repeat the same request ' +
      `with client_order_id '${clientOrderId}': it cannot become a second order.`,
    'maybe',
    error,
    { order_id: orderId, client_order_id: clientOrderId },
  );
}
