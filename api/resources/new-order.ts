import { assetIdOf } from '../../schema/asset-id';
import type { AcceptVerdict, OrderInstruction } from '../../workflows/contract';
import type { OrderResource } from './order';

interface AssetNames {
  readonly assetId: string;
  readonly assetClass: string;
}

type AskedOrder = Omit<OrderInstruction, 'acceptBefore'>;

/** An order that is durably started and not yet judged. */
export function toPendingResource(order: AskedOrder, startedAt: Date): OrderResource {
  const asset = { assetId: assetIdOf(order.symbol), assetClass: 'us_equity' };
  return toResource(order, asset, 'pending_new', startedAt.toISOString());
}

/**
 * An order as it was accepted, without a look at its row. `null` where the row says more than was
 * asked for and decided: a refusal, a fill, the exits of a list, the best print of a trailing stop.
 */
export function toAcceptedResource(
  order: AskedOrder,
  asset: AssetNames,
  { status, acceptedAt }: AcceptVerdict,
): OrderResource | null {
  const asAsked = (order.orderClass ?? 'simple') === 'simple' && order.type !== 'trailing_stop';
  const untouched = status === 'accepted' || status === 'new';
  if (acceptedAt === undefined || !untouched || !asAsked) return null;
  // The row is stamped with whole milliseconds, and read with microseconds.
  return toResource(order, asset, status, acceptedAt.replace('Z', '000Z'));
}

function toResource(
  order: AskedOrder,
  { assetId, assetClass }: AssetNames,
  status: OrderResource['status'],
  at: string,
): OrderResource {
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
    asset_id: assetId,
    symbol: order.symbol,
    asset_class: assetClass,
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
    status,
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
