import { assetIdOf } from '../../schema/asset-id';
import type { OrderInstruction } from '../../workflows/contract';
import type { OrderResource } from './order';

/** An order that is durably started and not yet judged. */
export function toPendingResource(
  order: Omit<OrderInstruction, 'acceptBefore'>,
  startedAt: Date,
): OrderResource {
  const at = startedAt.toISOString();
  return {
    id: order.orderId,
    client_order_id: order.clientOrderId,
    created_at: at,
    updated_at: at,
    submitted_at: at,
    filled_at: null,
    expired_at: null,
    expires_at: null,
    canceled_at: null,
    failed_at: null,
    replaced_at: null,
    replaced_by: null,
    replaces: null,
    asset_id: assetIdOf(order.symbol),
    symbol: order.symbol,
    asset_class: 'us_equity',
    notional: order.notional ?? null,
    qty: order.quantity,
    ratio_qty: null,
    filled_qty: '0',
    filled_avg_price: null,
    order_class: order.orderClass ?? 'simple',
    order_type: order.type,
    type: order.type,
    side: order.side,
    position_intent: order.positionIntent ?? null,
    time_in_force: order.timeInForce,
    limit_price: order.limitPrice,
    stop_price: order.stopPrice,
    status: 'pending_new',
    extended_hours: order.extendedHours,
    post_only: order.postOnly,
    legs: null,
    trail_percent: order.trailPercent ?? null,
    trail_price: order.trailPrice ?? null,
    hwm: null,
    reject_reason: null,
    close_reason: null,
    self_trade_prevention: order.selfTradePrevention ?? 'expire_taker',
  };
}
