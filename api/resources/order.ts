import { z } from 'zod';
import { trailingStopPrice } from '../../domain/book/trail-price';
import { SELF_TRADE_PREVENTIONS } from '../../domain/book/types';
import {
  formatCash,
  formatPrice,
  formatQuantity,
  parseCash,
  parseDecimal,
  parsePrice,
  parseQuantity,
} from '../../domain/decimal';
import {
  ORDER_CLASSES,
  ORDER_STATUSES,
  ORDER_TYPES,
  SIDES,
  TIMES_IN_FORCE,
} from '../../domain/order/order';
import {
  averageFillPrice,
  formatTrailPercent,
  NOTIONAL_SCALE,
  parseTrailPercent,
} from '../../domain/order/state';
import type { OrderRow } from '../queries/orders';
import { decimalText, timestampText, uuid } from '../schemas/scalars';

const nullableDecimal = decimalText.nullable();
const nullableTimestamp = timestampText.nullable();

const OrderFields = z.object({
  id: uuid,
  client_order_id: z.string(),
  created_at: timestampText,
  updated_at: timestampText,
  submitted_at: timestampText,
  filled_at: nullableTimestamp,
  expired_at: nullableTimestamp,
  /** Null: the clock of the symbol's market ends a day order, and nothing else expires. */
  expires_at: z.null(),
  canceled_at: nullableTimestamp,
  failed_at: nullableTimestamp,
  replaced_at: nullableTimestamp,
  replaced_by: uuid.nullable(),
  replaces: uuid.nullable(),
  asset_id: uuid,
  symbol: z.string(),
  asset_class: z.string(),
  notional: nullableDecimal,
  /** Null for an order by `notional`. */
  qty: nullableDecimal,
  /** Of an order of several legs, of which there are none. */
  ratio_qty: z.null(),
  filled_qty: decimalText,
  filled_avg_price: nullableDecimal,
  order_class: z.enum(ORDER_CLASSES),
  order_type: z.enum(ORDER_TYPES),
  type: z.enum(ORDER_TYPES),
  side: z.enum(SIDES),
  position_intent: z.string().nullable(),
  time_in_force: z.enum(TIMES_IN_FORCE),
  limit_price: nullableDecimal,
  stop_price: nullableDecimal,
  status: z.enum([...ORDER_STATUSES, 'pending_new']),
  extended_hours: z.boolean(),
  post_only: z.boolean(),
  trail_percent: nullableDecimal,
  trail_price: nullableDecimal,
  hwm: nullableDecimal,
  reject_reason: z.string().nullable(),
  close_reason: z.string().nullable(),
  self_trade_prevention: z.enum(SELF_TRADE_PREVENTIONS),
});

/** An exit of an order list, under the order it belongs to. */
export const OrderLeg = OrderFields.extend({ legs: z.null() });

/** An order as Alpaca's clients know it, with our reasons beside it. */
export const OrderResource = OrderFields.extend({
  /** The exits that belong to it. */
  legs: z.array(OrderLeg).nullable(),
});
export type OrderResource = z.infer<typeof OrderResource>;

/** @param exits - Of the list it leads; none for an order of its own. */
export function toOrderResource(row: OrderRow, exits: readonly OrderRow[] = []): OrderResource {
  const legs = exits.map((exit) => ({ ...toFields(exit), legs: null }));
  return { ...toFields(row), legs: legs.length === 0 ? null : legs };
}

function toFields(row: OrderRow): z.infer<typeof OrderFields> {
  const closedAs = (status: OrderRow['status']): string | null =>
    row.status === status ? row.closed_at : null;
  return {
    id: row.order_id,
    client_order_id: row.client_order_id,
    created_at: row.accepted_at,
    updated_at: row.updated_at,
    submitted_at: row.accepted_at,
    filled_at: row.filled_at,
    expired_at: closedAs('expired'),
    expires_at: null,
    canceled_at: closedAs('canceled'),
    failed_at: closedAs('rejected'),
    replaced_at: closedAs('replaced'),
    replaced_by: row.replaced_by,
    replaces: row.replaces,
    asset_id: row.asset_id,
    symbol: row.symbol,
    asset_class: row.asset_class,
    notional: row.notional === null ? null : formatCash(parseCash(row.notional)),
    qty: row.notional === null ? shortQuantity(row.quantity) : null,
    ratio_qty: null,
    filled_qty: shortQuantity(row.filled_quantity),
    filled_avg_price: averageFillPrice({
      filledQuantity: parseQuantity(row.filled_quantity),
      filledNotional: parseDecimal(row.filled_notional, NOTIONAL_SCALE),
    }),
    order_class: row.order_class,
    order_type: row.type,
    type: row.type,
    side: row.side,
    position_intent: row.position_intent,
    time_in_force: row.time_in_force,
    limit_price: shortPrice(row.limit_price),
    stop_price: stopPrice(row),
    status: row.status,
    extended_hours: row.extended_hours,
    post_only: row.post_only,
    trail_percent: row.trail_percent === null ? null : shortPercent(row.trail_percent),
    trail_price: shortPrice(row.trail_price),
    hwm: row.best_print === null ? null : formatPrice(BigInt(row.best_print)),
    reject_reason: row.reject_reason,
    close_reason: row.close_reason,
    self_trade_prevention: row.self_trade_prevention,
  };
}

/** That of a trailing stop moves with the best print it has seen. */
function stopPrice({ side, stop_price, best_print, ...row }: OrderRow): string | null {
  if (best_print === null) return shortPrice(stop_price);
  const trailPrice = row.trail_price === null ? null : Number(parsePrice(row.trail_price));
  const trailPercent = row.trail_percent === null ? null : parseTrailPercent(row.trail_percent);
  const stop = trailingStopPrice({ side, trailPrice, trailPercent }, Number(best_print));
  return stop > 0 ? formatPrice(BigInt(stop)) : null;
}

const shortPercent = (text: string): string => formatTrailPercent(parseTrailPercent(text));

const shortQuantity = (text: string): string => formatQuantity(parseQuantity(text));

const shortPrice = (text: string | null): string | null =>
  text === null ? null : formatPrice(parsePrice(text));
