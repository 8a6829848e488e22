import { formatPrice, formatQuantity } from '../domain/decimal';
import { orderEvent } from '../domain/order/events';
import { formatTrailPercent, type OrderState } from '../domain/order/state';
import { orderWorkflowId, type OrderInstruction } from '../workflows/contract';
import type { Changes, CommandInsert } from './changes';
import { isForAuction } from './new-orders';
import { formatOptionalPrice } from './order-rows';
import type { RiskFactsRow } from './risk-facts';

/** An order's row, its first transition and its first event. */
export function collectNewOrder(
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
    list_role: order.listRole,
    quantity: formatQuantity(order.quantity),
    notional: instruction.notional ?? null,
    ...priceColumns(order),
    position_intent: instruction.positionIntent ?? null,
    self_trade_prevention: preventionOf(instruction),
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

/** Asks the book to take the order, and its exits with it. */
export function submitCommand(
  [root, ...legs]: readonly [OrderState, ...OrderState[]],
  instruction: OrderInstruction,
): CommandInsert {
  const payload = {
    ...bookTerms(root, instruction),
    ...(legs.length > 0 && { legs: legs.map((leg) => bookTerms(leg, instruction)) }),
  };
  const { symbol, orderId } = root;
  return { symbol, order_id: orderId, kind: 'submit', revision: 0, payload };
}

function bookTerms(order: OrderState, instruction: OrderInstruction) {
  const { listRole } = order;
  const { short_price: _, ...prices } = priceColumns(order);
  return {
    order_id: order.orderId,
    account_id: order.accountId,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    quantity: formatQuantity(order.quantity),
    filled: '0',
    ...prices,
    post_only: instruction.postOnly,
    self_trade_prevention: preventionOf(instruction),
    // Its owner is told when it joins; an order for one auction lives and dies in that step.
    ...(order.status === 'accepted' && !isForAuction(order.timeInForce) && { waits: true }),
    ...(listRole !== null && { list_role: listRole === 'entry' ? 'entry' : 'exit' }),
  };
}

const preventionOf = (instruction: OrderInstruction) =>
  instruction.selfTradePrevention ?? 'expire_taker';

/** Every price of an order as its columns are named; decimal text. */
function priceColumns(order: OrderState) {
  return {
    limit_price: formatOptionalPrice(order.limitPrice),
    stop_price: formatOptionalPrice(order.stopPrice),
    trail_price: formatOptionalPrice(order.trailPrice),
    trail_percent: order.trailPpm === null ? null : formatTrailPercent(order.trailPpm),
    protection_price: order.protectionPrice === null ? null : formatPrice(order.protectionPrice),
    short_price: formatOptionalPrice(order.shortPrice),
  };
}
