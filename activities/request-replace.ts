import type { Kysely } from 'kysely';
import { formatQuantity, parsePrice, parseQuantity } from '../domain/decimal';
import { type Unit, USD } from '../domain/ledger/accounts';
import { holdJournal } from '../domain/ledger/journal';
import { advanceOrder } from '../domain/order/advance';
import { formatTrailPercent, parseTrailPercent } from '../domain/order/state';
import { RefusalError, REFUSALS } from '../domain/refusal';
import { assessReplace, type ReplaceVerdict } from '../domain/risk/assess';
import { neededByList } from '../domain/settlement/needed-by-list';
import type { Database } from '../schema/database';
import type { ReplaceAnswer, ReplaceRequest } from '../workflows/contract';
import { type AccountRow, lockAccount, required, type Trx } from './account-state';
import { type Changes, noChanges, writeChanges } from './changes';
import { toFeeRates } from './fee-rates';
import { formatUnits, openLedger, parseUnits } from './ledger';
import { findRootOrders, formatOptionalPrice, type StoredOrder, toOrderUpdate } from './order-rows';
import { readRiskFacts, type RiskFactsRow } from './risk-facts';
import { toRiskInput } from './risk-input';
import { isTakenClientOrderId } from './taken-client-order-id';

export interface ReplaceInput {
  readonly rootId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly request: ReplaceRequest;
}

type Accepted = Extract<ReplaceVerdict, { accepted: true }>;

/**
 * Weighs new terms for a live order and, when they pass, writes the row that is to take its place
 * and asks the book. Until the book answers, the larger of both holds is held. Safe to repeat:
 * the replacement's id names the request.
 *
 * @throws RefusalError `order_not_found`.
 */
export async function requestReplace(
  db: Kysely<Database>,
  input: ReplaceInput,
): Promise<ReplaceAnswer> {
  try {
    return await decide(db, input);
  } catch (error) {
    if (!isTakenClientOrderId(error)) throw error;
    const reason = 'client_order_id_conflict';
    return { accepted: false, reason, message: REFUSALS[reason].title };
  }
}

function decide(db: Kysely<Database>, input: ReplaceInput): Promise<ReplaceAnswer> {
  return db.transaction().execute(async (trx) => {
    const account = await lockAccount(trx, input.accountId);
    const orders = await findRootOrders(trx, input.rootId);
    const { request } = input;
    if (orders.some((order) => order.orderId === request.replacementId)) {
      return { accepted: true, orderId: request.replacementId };
    }
    const old = orders.find((order) => order.orderId === request.orderId);
    if (old === undefined) throw new RefusalError('order_not_found');
    const wanted = withNewTerms(old, request);
    const objection = objectionTo(old, wanted);
    if (objection !== null) return objection;
    const { orderId } = wanted;
    const subject = { account, symbol: old.symbol, orderId, fingerprint: null };
    const facts = required(await readRiskFacts(trx, [subject]), account.accountId);
    const held = await readHeld(trx, old);
    const verdict = assess(account, facts, old, wanted, heldBy(old, orders, held, facts));
    if (!verdict.accepted) {
      return { accepted: false, reason: verdict.reason, message: verdict.message };
    }
    const changes = noChanges();
    const revision = orders.filter((order) => order.replaces === old.orderId).length;
    collectRequest(changes, old, wanted, verdict, request, revision);
    changes.newOrders.push({
      ...newRow(wanted, verdict, request),
      ...(await readPlainColumns(trx, old)),
    });
    collectHold(account, facts, changes, wanted, verdict, held);
    await writeChanges(trx, changes);
    return { accepted: true, orderId: wanted.orderId };
  });
}

/** What no order that is in the book already can become. */
function objectionTo(old: StoredOrder, wanted: StoredOrder): ReplaceAnswer | null {
  const refuse = (message: string): ReplaceAnswer => {
    return { accepted: false, reason: 'unsupported_combination', message };
  };
  if (wanted.timeInForce !== 'day' && wanted.timeInForce !== 'gtc') {
    return refuse('time_in_force: an order in the book is day or gtc');
  }
  if (old.listRole === null) return null;
  if (wanted.quantity !== old.quantity) {
    return refuse('qty: the orders of a list are of one size, which stays');
  }
  return wanted.timeInForce === old.timeInForce
    ? null
    : refuse('time_in_force: the orders of a list end together');
}

/**
 * The row that would take the place: what the request leaves out stays as it is, and a price that
 * the order's type does not have is left out, as in the book.
 */
function withNewTerms(old: StoredOrder, request: ReplaceRequest): StoredOrder {
  const price = (text: string | null, before: bigint | null): bigint | null =>
    text === null || before === null ? before : parsePrice(text);
  return {
    ...old,
    orderId: request.replacementId,
    clientOrderId: request.clientOrderId,
    quantity: request.quantity === null ? old.quantity : parseQuantity(request.quantity),
    limitPrice: price(request.limitPrice, old.limitPrice),
    stopPrice: price(request.stopPrice, old.stopPrice),
    trailPrice: price(request.trail ?? null, old.trailPrice),
    trailPpm:
      request.trail == null || old.trailPpm === null
        ? old.trailPpm
        : parseTrailPercent(request.trail),
    timeInForce: request.timeInForce ?? old.timeInForce,
    // Waits for the book to answer; what the old one executed is taken over then.
    status: 'accepted',
    filledQuantity: 0n,
    filledNotional: 0n,
    inheritedQuantity: 0n,
    inheritedNotional: 0n,
    replaces: old.orderId,
    replacedBy: null,
  };
}

/** What the root holds of the unit that the order's side and kind need. */
async function readHeld(trx: Trx, old: StoredOrder): Promise<bigint> {
  const unit = heldUnit(old);
  const hold = await trx
    .selectFrom('holds')
    .select(['unit', 'remaining'])
    .where('root_id', '=', old.rootId)
    .where('unit', '=', unit)
    .executeTakeFirst();
  return hold === undefined ? 0n : parseUnits(hold.remaining, unit);
}

const heldUnit = ({ side, shortPrice, symbol }: StoredOrder): Unit =>
  side === 'sell' && shortPrice === null ? symbol : USD;

/** In a list the entry and its exits share the hold: only a part of it is this order's. */
function heldBy(
  old: StoredOrder,
  orders: readonly StoredOrder[],
  held: bigint,
  facts: RiskFactsRow,
): bigint {
  if (old.listRole === null) return held;
  const isEntry = (order: StoredOrder) => order.listRole === 'entry';
  const others = orders.filter((order) => isEntry(order) !== isEntry(old));
  const forOthers = neededByList(heldUnit(old), others, toFeeRates(facts));
  return held > forOthers ? held - forOthers : 0n;
}

function assess(
  account: AccountRow,
  facts: RiskFactsRow,
  old: StoredOrder,
  wanted: StoredOrder,
  held: bigint,
): ReplaceVerdict {
  const order = { ...wanted, forced: false };
  return assessReplace(toRiskInput(account, facts, old.symbol, order, null), { ...old, held });
}

function collectRequest(
  changes: Changes,
  old: StoredOrder,
  wanted: StoredOrder,
  verdict: Accepted,
  request: ReplaceRequest,
  revision: number,
): void {
  const pending = advanceOrder(old, 'request_replace', {
    data: { replacement_id: wanted.orderId },
  });
  changes.orders.push(toOrderUpdate(pending.order));
  changes.transitions.push(
    {
      order_id: old.orderId,
      from_status: pending.transition.from,
      event: pending.transition.event,
      to_status: pending.transition.to,
      report_id: null,
    },
    {
      order_id: wanted.orderId,
      from_status: 'none',
      event: 'accept',
      to_status: wanted.status,
      report_id: null,
    },
  );
  changes.events.push({
    account_id: old.accountId,
    type: pending.event.type,
    order_id: old.orderId,
    data: pending.event.data,
  });
  changes.commands.push({
    symbol: old.symbol,
    order_id: old.orderId,
    kind: 'replace',
    revision,
    payload: {
      replacement_id: request.replacementId,
      quantity: formatQuantity(wanted.quantity),
      limit_price: formatOptionalPrice(wanted.limitPrice),
      stop_price: formatOptionalPrice(wanted.stopPrice),
      protection_price: formatOptionalPrice(verdict.protectionPrice),
      ...(request.trail != null && trailTerms(wanted)),
      time_in_force: wanted.timeInForce,
    },
  });
}

const trailTerms = ({ trailPrice, trailPpm }: StoredOrder) => ({
  trail_price: formatOptionalPrice(trailPrice),
  trail_percent: trailPpm === null ? null : formatTrailPercent(trailPpm),
});

function newRow(order: StoredOrder, verdict: Accepted, request: ReplaceRequest) {
  return {
    request_id: request.requestId,
    fingerprint: request.replacementId,
    protection_price: formatOptionalPrice(verdict.protectionPrice),
    short_price: formatOptionalPrice(verdict.shortPrice),
    order_id: order.orderId,
    account_id: order.accountId,
    epoch: order.epoch,
    client_order_id: order.clientOrderId,
    root_id: order.rootId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    order_class: order.orderClass,
    list_role: order.listRole,
    ...trailTerms(order),
    quantity: formatQuantity(order.quantity),
    limit_price: formatOptionalPrice(order.limitPrice),
    stop_price: formatOptionalPrice(order.stopPrice),
    post_only: order.postOnly,
    status: order.status,
    filled_quantity: '0',
    filled_notional: '0',
    replaces: order.replaces,
    inherited_quantity: '0',
    inherited_notional: '0',
  };
}

/** What the rules never look at goes over from the old row as it is. */
async function readPlainColumns(trx: Trx, old: StoredOrder) {
  return trx
    .selectFrom('orders')
    .select((row) => [
      'workflow_id',
      'extended_hours',
      'position_intent',
      'self_trade_prevention',
      'market_accepted_at',
      row.fn<Date>('clock_timestamp').as('accepted_at'),
      row.fn<Date>('clock_timestamp').as('updated_at'),
    ])
    .where('order_id', '=', old.orderId)
    .executeTakeFirstOrThrow();
}

function collectHold(
  account: AccountRow,
  facts: RiskFactsRow,
  changes: Changes,
  wanted: StoredOrder,
  { hold: { unit }, increase }: Accepted,
  held: bigint,
): void {
  const owner = { accountId: account.accountId, epoch: wanted.epoch };
  const ledger = openLedger(owner, wanted.symbol, facts, changes, account);
  const journal = holdJournal(`${wanted.orderId}:hold`, owner, [{ unit, amount: increase }]);
  ledger.post(journal, wanted.orderId);
  ledger.close();
  changes.holds.push({
    root_id: wanted.rootId,
    account_id: owner.accountId,
    epoch: owner.epoch,
    unit,
    remaining: formatUnits(held + increase, unit),
  });
}
