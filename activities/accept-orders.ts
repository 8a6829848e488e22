import type { Kysely } from 'kysely';
import { formatPrice, parsePrice, parseQuantity } from '../domain/decimal';
import { holdJournal } from '../domain/ledger/journal';
import { orderEvent } from '../domain/order/events';
import type { OrderStatus } from '../domain/order/order';
import type { OrderState } from '../domain/order/state';
import { RefusalError, type RejectReason } from '../domain/refusal';
import { assessOrder } from '../domain/risk/assess';
import type { RiskVerdict } from '../domain/risk/input';
import type { Database } from '../schema/database';
import { orderWorkflowId, type OrderInstruction } from '../workflows/contract';
import { type AccountRow, lockAccounts, required, type Trx } from './account-state';
import { type Changes, noChanges, writeChanges } from './changes';
import { formatUnits, openLedger } from './ledger';
import { formatOptionalPrice } from './order-rows';
import type { Opening } from './orders';
import { resumeOrder } from './resume-order';
import { readRiskFacts, type RiskFactsRow } from './risk-facts';
import { toRiskInput } from './risk-input';
import { toProgress } from './root-progress';
import { isTakenClientOrderId } from './taken-client-order-id';

export interface Acceptance {
  readonly opening: Opening;
  /** False for a repeat. */
  readonly fresh: boolean;
}

/**
 * Decides orders and makes the decisions durable: risk rules, hold, row, market command and event,
 * in one transaction for all of them. Safe to repeat: an order that has its row is returned as it
 * stands.
 *
 * @param instructions - Each account at most once: what one order takes, the next must see.
 * @throws RefusalError `client_order_id_conflict` if a replacement took an id a moment before.
 */
export async function acceptOrders(
  db: Kysely<Database>,
  instructions: readonly OrderInstruction[],
): Promise<Acceptance[]> {
  try {
    return await db.transaction().execute((trx) => decide(trx, instructions));
  } catch (error) {
    if (isTakenClientOrderId(error)) throw new RefusalError('client_order_id_conflict');
    throw error;
  }
}

async function decide(trx: Trx, instructions: readonly OrderInstruction[]): Promise<Acceptance[]> {
  const accounts = await lockAccounts(
    trx,
    instructions.map((instruction) => instruction.accountId),
  );
  const subjects = instructions.map(({ accountId, symbol, orderId, fingerprint }) => {
    return { account: required(accounts, accountId), symbol, orderId, fingerprint };
  });
  const facts = await readRiskFacts(trx, subjects);
  const changes = noChanges();
  const acceptances: Acceptance[] = [];
  for (const instruction of instructions) {
    const account = required(accounts, instruction.accountId);
    const known = required(facts, instruction.accountId);
    acceptances.push(
      known.known
        ? { opening: await reopen(trx, instruction), fresh: false }
        : { opening: open(account, known, instruction, changes), fresh: true },
    );
  }
  await writeChanges(trx, changes);
  return acceptances;
}

function reopen(trx: Trx, instruction: OrderInstruction): Promise<Opening> {
  return resumeOrder(trx, { ...instruction, rootId: instruction.orderId });
}

function open(
  account: AccountRow,
  facts: RiskFactsRow,
  instruction: OrderInstruction,
  changes: Changes,
): Opening {
  const verdict = assess(account, facts, instruction);
  const order = toNewOrder(instruction, verdict, facts.closed);
  collectOrder(changes, order, instruction, facts);
  if (verdict.accepted) {
    const owner = { accountId: account.accountId, epoch: instruction.epoch };
    const { unit, amount } = verdict.hold;
    const ledger = openLedger(owner, order.symbol, facts, changes, account);
    ledger.post(holdJournal(`${order.orderId}:hold`, owner, unit, amount), order.orderId);
    ledger.close();
    changes.holds.push({
      root_id: order.orderId,
      account_id: owner.accountId,
      epoch: owner.epoch,
      unit,
      remaining: formatUnits(amount, unit),
    });
    changes.commands.push(submitCommand(order, instruction, facts.closed));
  }
  return openingOf(order, instruction);
}

function assess(
  account: AccountRow,
  facts: RiskFactsRow,
  instruction: OrderInstruction,
): RiskVerdict {
  if (instruction.epoch !== account.epoch) {
    const message = 'the account was reset after the order was sent';
    return { accepted: false, reason: 'account_resetting', message };
  }
  return assessOrder(
    toRiskInput(
      account,
      facts,
      instruction.symbol,
      {
        side: instruction.side,
        type: instruction.type,
        timeInForce: instruction.timeInForce,
        quantity: parseQuantity(instruction.quantity),
        limitPrice: optionalPrice(instruction.limitPrice),
        stopPrice: optionalPrice(instruction.stopPrice),
        forced: instruction.forced === true,
      },
      instruction.acceptBefore,
    ),
  );
}

const optionalPrice = (text: string | null): bigint | null =>
  text === null ? null : parsePrice(text);

/** Orders for the open or the close wait for it even while others trade. */
function isForAuction({ timeInForce }: OrderInstruction): boolean {
  return timeInForce === 'opg' || timeInForce === 'cls';
}

function toNewOrder(
  instruction: OrderInstruction,
  verdict: RiskVerdict,
  marketClosed: boolean,
): OrderState {
  const waits = marketClosed || isForAuction(instruction);
  const status: OrderStatus = !verdict.accepted ? 'rejected' : waits ? 'accepted' : 'new';
  return {
    orderId: instruction.orderId,
    rootId: instruction.orderId,
    accountId: instruction.accountId,
    clientOrderId: instruction.clientOrderId,
    symbol: instruction.symbol,
    side: instruction.side,
    type: instruction.type,
    timeInForce: instruction.timeInForce,
    orderClass: 'simple',
    quantity: parseQuantity(instruction.quantity),
    limitPrice: optionalPrice(instruction.limitPrice),
    stopPrice: optionalPrice(instruction.stopPrice),
    protectionPrice: verdict.accepted ? verdict.protectionPrice : null,
    shortPrice: verdict.accepted ? verdict.shortPrice : null,
    status,
    filledQuantity: 0n,
    filledNotional: 0n,
    inheritedQuantity: 0n,
    inheritedNotional: 0n,
    replaces: null,
    replacedBy: null,
    rejectReason: verdict.accepted ? null : verdict.reason,
    rejectSource: verdict.accepted ? null : 'risk',
    closeReason: null,
  };
}

function collectOrder(
  changes: Changes,
  order: OrderState,
  instruction: OrderInstruction,
  facts: RiskFactsRow,
): void {
  const rejected = order.status === 'rejected';
  changes.newOrders.push({
    order_id: order.orderId,
    account_id: order.accountId,
    epoch: instruction.epoch,
    client_order_id: order.clientOrderId,
    fingerprint: instruction.fingerprint,
    request_id: instruction.requestId,
    root_id: order.rootId,
    workflow_id: orderWorkflowId(order.rootId),
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    order_class: order.orderClass,
    quantity: instruction.quantity,
    limit_price: instruction.limitPrice,
    stop_price: instruction.stopPrice,
    protection_price: formatOptionalPrice(order.protectionPrice),
    short_price: formatOptionalPrice(order.shortPrice),
    post_only: instruction.postOnly,
    extended_hours: instruction.extendedHours,
    status: order.status,
    filled_quantity: '0',
    filled_notional: '0',
    inherited_quantity: '0',
    inherited_notional: '0',
    reject_reason: order.rejectReason,
    reject_source: order.rejectSource,
    accepted_at: facts.now,
    updated_at: facts.now,
    market_accepted_at: facts.market_at,
    closed_at: rejected ? facts.now : null,
  });
  changes.transitions.push({
    order_id: order.orderId,
    from_status: 'none',
    event: rejected ? 'reject' : 'accept',
    to_status: order.status,
    report_id: null,
  });
  const { type, data } = orderEvent(rejected ? 'rejected' : 'accepted', order, {
    reason: order.rejectReason,
  });
  changes.events.push({ account_id: order.accountId, type, order_id: order.orderId, data });
}

function submitCommand(order: OrderState, instruction: OrderInstruction, marketClosed: boolean) {
  const payload = {
    account_id: order.accountId,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    quantity: instruction.quantity,
    filled: '0',
    limit_price: instruction.limitPrice,
    stop_price: instruction.stopPrice,
    protection_price: order.protectionPrice === null ? null : formatPrice(order.protectionPrice),
    post_only: instruction.postOnly,
    self_trade_prevention: 'expire_taker',
    // Its owner is told when it joins; an order for one auction lives and dies in that step.
    ...(marketClosed && !isForAuction(instruction) ? { waits: true } : {}),
  };
  return {
    symbol: order.symbol,
    order_id: order.orderId,
    kind: 'submit',
    revision: 0,
    payload,
  };
}

function openingOf(order: OrderState, instruction: OrderInstruction): Opening {
  return {
    verdict: {
      orderId: order.orderId,
      fingerprint: instruction.fingerprint,
      requestId: instruction.requestId,
      status: order.status,
      rejectReason: order.rejectReason as RejectReason | null,
    },
    progress: toProgress([order]),
  };
}
