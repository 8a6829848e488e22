import {
  divideHalfEven,
  formatDecimal,
  formatPrice,
  formatQuantity,
  parseDecimal,
  powerOfTen,
  QUANTITY_SCALE,
} from '../decimal';
import { isClosed, type OrderClass, type OrderStatus, type OrderType } from './order';
import type { ListRole, Side, TimeInForce } from './order';

/** Digits of `price x quantity` kept exactly: 1e-4 x 1e-9. */
export const NOTIONAL_SCALE = 13;
/** Digits an average fill price is shown with. */
const AVERAGE_PRICE_SCALE = 9;

/** An order as it stands: one row. Prices 1e-4, quantities 1e-9, notionals 1e-13. */
export interface OrderState {
  readonly orderId: string;
  readonly rootId: string;
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  /** `null` for an order of its own. */
  readonly listRole: ListRole | null;
  /** Total, executed and inherited part included. */
  readonly quantity: bigint;
  readonly limitPrice: bigint | null;
  readonly stopPrice: bigint | null;
  /** How far a trailing stop stays behind the best print: 1e-4, or millionths of that print. */
  readonly trailPrice: bigint | null;
  readonly trailPpm: number | null;
  /** The worst price of an order without a limit; `null` for orders with one. */
  readonly protectionPrice: bigint | null;
  /** What one share of a short sale is held at; `null` unless the order opens a short. */
  readonly shortPrice: bigint | null;
  readonly status: OrderStatus;
  /** Executed, inherited part included. */
  readonly filledQuantity: bigint;
  /** Sum of price x quantity of what is executed, exact, inherited part included. */
  readonly filledNotional: bigint;
  /** What the replaced orders before this one had executed when it took their place. */
  readonly inheritedQuantity: bigint;
  readonly inheritedNotional: bigint;
  readonly replaces: string | null;
  /** Set when the replace is taken, not when it is asked for. */
  readonly replacedBy: string | null;
  readonly rejectReason: string | null;
  readonly rejectSource: 'risk' | 'market' | null;
  /** Why it was canceled or expired. */
  readonly closeReason: string | null;
}

/** What is still open; 0 when the order is closed (FIX LeavesQty). */
export function leavesOf(order: OrderState): bigint {
  return isClosed(order.status) ? 0n : order.quantity - order.filledQuantity;
}

/** Average price of what is executed as decimal text; `null` if nothing is. */
export function averageFillPrice(
  order: Pick<OrderState, 'filledQuantity' | 'filledNotional'>,
): string | null {
  if (order.filledQuantity === 0n) return null;
  const raise = powerOfTen(AVERAGE_PRICE_SCALE + QUANTITY_SCALE - NOTIONAL_SCALE);
  return formatDecimal(
    divideHalfEven(order.filledNotional * raise, order.filledQuantity),
    AVERAGE_PRICE_SCALE,
  );
}

/** An order as events and answers show it: decimal text, snake_case. */
export interface OrderSnapshot {
  readonly order_id: string;
  readonly client_order_id: string;
  readonly root_id: string;
  readonly account_id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly time_in_force: TimeInForce;
  readonly order_class: OrderClass;
  readonly list_role: ListRole | null;
  readonly quantity: string;
  readonly limit_price: string | null;
  readonly stop_price: string | null;
  readonly trail_price: string | null;
  /** In per cent. */
  readonly trail_percent: string | null;
  readonly status: OrderStatus;
  readonly filled_quantity: string;
  readonly leaves_quantity: string;
  readonly average_fill_price: string | null;
  readonly replaces: string | null;
  readonly replaced_by: string | null;
  readonly reject_reason: string | null;
  readonly reject_source: 'risk' | 'market' | null;
  readonly close_reason: string | null;
}

export function snapshotOf(order: OrderState): OrderSnapshot {
  return {
    order_id: order.orderId,
    client_order_id: order.clientOrderId,
    root_id: order.rootId,
    account_id: order.accountId,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    order_class: order.orderClass,
    list_role: order.listRole,
    quantity: formatQuantity(order.quantity),
    limit_price: formatOptionalPrice(order.limitPrice),
    stop_price: formatOptionalPrice(order.stopPrice),
    trail_price: formatOptionalPrice(order.trailPrice),
    trail_percent: order.trailPpm === null ? null : formatTrailPercent(order.trailPpm),
    status: order.status,
    filled_quantity: formatQuantity(order.filledQuantity),
    leaves_quantity: formatQuantity(leavesOf(order)),
    average_fill_price: averageFillPrice(order),
    replaces: order.replaces,
    replaced_by: order.replacedBy,
    reject_reason: order.rejectReason,
    reject_source: order.rejectSource,
    close_reason: order.closeReason,
  };
}

function formatOptionalPrice(price: bigint | null): string | null {
  return price === null ? null : formatPrice(price);
}

/** Digits of a percentage that is kept in millionths. */
const PERCENT_SCALE = 4;

export const formatTrailPercent = (ppm: number): string =>
  formatDecimal(BigInt(ppm), PERCENT_SCALE);

/**
 * Reads a percentage as millionths.
 *
 * @throws RangeError if it has more than four digits after the point: a rule refuses those before.
 */
export const parseTrailPercent = (text: string): number =>
  Number(parseDecimal(text, PERCENT_SCALE));
