import { randomUUID } from 'node:crypto';
import { formatPrice, formatQuantity, parsePrice, parseQuantity } from '../../domain/decimal';
import { checkOrderTerms } from '../../domain/order/checks';
import { isClosed } from '../../domain/order/order';
import type { Objection, OrderTerms } from '../../domain/order/terms';
import { RefusalError } from '../../domain/refusal';
import { replacementIdOf } from '../../platform/identity';
import {
  type ReplaceAnswer,
  replaceOrderUpdate,
  type ReplaceRequest,
  replaceUpdateId,
} from '../../workflows/contract';
import type { Dependencies } from '../dependencies';
import { invalidRequest } from '../fields';
import { beforeAnyEffect, isOutage, OutageError } from '../outage';
import { findOrder, findReplaceFacts, type OrderRow } from '../queries/orders';
import { type OrderResource, toOrderResource } from '../resources/order';
import type { ReplaceOrderBody } from '../routes/orders/order-body';
import { findRefusal, isRunGone } from '../temporal-failure';
import { askAgain } from './ask-again';
import { orderNotFound } from './cancel-order';
import { readPrice, readQuantity, readTrailPercent, refuseObjections } from './order-terms';
import { toOrderWithLegs } from './with-legs';

export interface Replacement {
  readonly accountId: string;
  readonly orderId: string;
  /** Names the request, and the new order: a repeat with the same key is the same replacement. */
  readonly key: string;
  readonly body: ReplaceOrderBody;
}

export interface ReplaceResult {
  readonly order: OrderResource;
  readonly replayed: boolean;
}

type ReplaceDependencies = Pick<Dependencies, 'db' | 'temporal' | 'limits'>;

/**
 * Asks for new terms; returns the order that takes the old one's place once the book agrees.
 *
 * @throws ProblemError, RefusalError when a rule, risk or the order's state refuses.
 * @throws OutageError when nobody answered in time; the same request with its key may be repeated.
 */
export async function replaceOrder(
  dependencies: ReplaceDependencies,
  replacement: Replacement,
): Promise<ReplaceResult> {
  const { accountId, orderId, key } = replacement;
  const request = draftRequest(replacement);
  const { replacementId } = request;
  const rows = await beforeAnyEffect(
    findReplaceFacts(dependencies.db, accountId, [orderId, replacementId], key),
  );
  const old = rows.find((row) => row.order_id === orderId);
  if (old === undefined) throw orderNotFound(orderId);
  const done = rows.find((row) => row.order_id === replacementId);
  if (done !== undefined) return replay(done, request);
  refuseTakenId(rows, key);
  refuseState(old);
  refuseTerms(old, request);
  const answer = await ask(dependencies, old, request);
  if (!answer.accepted) throw new RefusalError(answer.reason, `${answer.message}.`);
  const row = await findOrder(dependencies.db, accountId, answer.orderId);
  if (row === undefined)
    throw new Error(`replacement ${answer.orderId} is accepted but has no row`);
  return { order: await toOrderWithLegs(dependencies.db, row), replayed: false };
}

/** The request in its shortest decimal form; `null` keeps what the order has. */
function draftRequest({ orderId, key, body }: Replacement): ReplaceRequest {
  const objections: Objection[] = [];
  const quantity = body.qty == null ? null : formatQuantity(readQuantity(body.qty, objections));
  const limitPrice = readPrice('limit_price', body.limit_price, objections);
  const stopPrice = readPrice('stop_price', body.stop_price, objections);
  refuseObjections(objections);
  const timeInForce = body.time_in_force ?? null;
  const trail = body.trail ?? null;
  if ([quantity, limitPrice, stopPrice, trail, timeInForce].every((value) => value === null)) {
    const message = 'send at least one of qty, limit_price, stop_price, trail, time_in_force';
    throw invalidRequest([{ field: 'qty', rule: 'required', message }], 'body');
  }
  return {
    orderId,
    replacementId: replacementIdOf(orderId, key),
    clientOrderId: key,
    requestId: randomUUID(),
    quantity,
    limitPrice: limitPrice === null ? null : formatPrice(limitPrice),
    stopPrice: stopPrice === null ? null : formatPrice(stopPrice),
    trail,
    timeInForce,
  };
}

/** The same request again: the order as it stands; the same key with other terms is a conflict. */
function replay(row: OrderRow, request: ReplaceRequest): ReplaceResult {
  const order = toOrderResource(row);
  const agrees =
    (request.quantity ?? order.qty) === order.qty &&
    (request.limitPrice ?? order.limit_price) === order.limit_price &&
    (request.stopPrice ?? order.stop_price) === order.stop_price &&
    isSameTrail(row, request) &&
    (request.timeInForce ?? order.time_in_force) === order.time_in_force;
  if (!agrees) throw idConflict(request.clientOrderId, row.order_id);
  return { order, replayed: true };
}

function isSameTrail(row: OrderRow, { trail }: ReplaceRequest): boolean {
  if (trail == null) return true;
  const { trailPrice, trailPpm } = trailOf(row, trail, []);
  const old = trailOf(row, null, []);
  return trailPrice === old.trailPrice && trailPpm === old.trailPpm;
}

/** A trailing stop keeps its measure: the request's number is in the order's. */
function trailOf(row: OrderRow, wanted: string | null, objections: Objection[]) {
  const isPercent = row.trail_percent !== null;
  const text = wanted ?? row.trail_price ?? row.trail_percent;
  return {
    trailPrice: isPercent ? null : readPrice('trail', text, objections),
    trailPpm: isPercent ? readTrailPercent('trail', text, objections) : null,
  };
}

function refuseTakenId(rows: readonly OrderRow[], key: string): void {
  const taken = rows.find((row) => row.client_order_id === key);
  if (taken !== undefined) throw idConflict(key, taken.order_id);
}

function idConflict(clientOrderId: string, orderId: string): RefusalError {
  return new RefusalError(
    'client_order_id_conflict',
    `client_order_id: '${clientOrderId}' belongs to another order of this account.`,
    { field: 'client_order_id', rule: 'unique_client_order_id', order_id: orderId },
  );
}

function refuseState({ status, notional }: OrderRow): void {
  if (notional !== null) {
    throw new RefusalError('order_not_replaceable', 'An order by notional cannot be replaced.');
  }
  if (!isClosed(status) && status !== 'pending_cancel' && status !== 'pending_replace') return;
  throw new RefusalError('order_not_replaceable', `The order is ${status}.`, { status });
}

/** The terms the order would have must go together. */
function refuseTerms(old: OrderRow, request: ReplaceRequest): void {
  const price = (wanted: string | null, kept: string | null): bigint | null => {
    const text = wanted ?? kept;
    return text === null ? null : parsePrice(text);
  };
  const objections: Objection[] = [];
  const terms: OrderTerms = {
    type: old.type,
    side: old.side,
    timeInForce: request.timeInForce ?? old.time_in_force,
    // Its exits were judged when the list was placed; a step of the book keeps them apart.
    orderClass: 'simple',
    takeProfit: null,
    stopLoss: null,
    notional: null,
    quantity: parseQuantity(quantityToJudge(old, request)),
    limitPrice: price(request.limitPrice, old.limit_price),
    stopPrice: price(request.stopPrice, old.stop_price),
    postOnly: old.post_only,
    extendedHours: old.extended_hours,
    ...trailOf(old, request.trail ?? null, objections),
  };
  const broken = [...objections, ...checkOrderTerms(terms, old.fractionable)];
  refuseObjections(broken.map(nameAsSent));
}

/** A PATCH has one field for both measures of a trail. */
function nameAsSent(objection: Objection): Objection {
  const { field, message } = objection;
  if (field !== 'trail_price' && field !== 'trail_percent') return objection;
  return { ...objection, field: 'trail', message: message.replace(field, 'trail') };
}

/** What stays as it is was judged when it came; a list may have left a member any size since. */
function quantityToJudge(old: OrderRow, { quantity, timeInForce }: ReplaceRequest): string {
  return quantity ?? (timeInForce === null ? '1' : old.quantity);
}

async function ask(
  { db, temporal, limits }: ReplaceDependencies,
  old: OrderRow,
  request: ReplaceRequest,
): Promise<ReplaceAnswer> {
  try {
    return await temporal.withDeadline(Date.now() + limits.orderDeadlineMs, () =>
      askAgain(() =>
        temporal.workflow.getHandle(old.workflow_id).executeUpdate(replaceOrderUpdate, {
          args: [request],
          updateId: replaceUpdateId(request.replacementId),
        }),
      ),
    );
  } catch (error) {
    const refusal = findRefusal(error);
    if (refusal !== null) throw refusal;
    if (!isRunGone(error) && !isOutage(error)) throw error;
    if (isRunGone(error)) {
      const now = await findOrder(db, old.account_id, old.order_id);
      if (now !== undefined) refuseState(now);
    }
    throw new OutageError(
      'There was no answer in time, and the replacement may have been taken. Repeat the same ' +
        `request with client_order_id '${request.clientOrderId}'.`,
      'maybe',
      error,
      { order_id: old.order_id, replacement_id: request.replacementId },
    );
  }
}
