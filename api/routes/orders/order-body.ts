import { z } from 'zod';
import { SELF_TRADE_PREVENTIONS } from '../../../domain/book/types';
import {
  ORDER_CLASSES,
  ORDER_TYPES,
  POSITION_INTENTS,
  SIDES,
  TIMES_IN_FORCE,
} from '../../../domain/order/order';
import { clientOrderId, decimal, symbol } from '../../schemas/scalars';

/** A new order, in the names of Alpaca's Trading API. */
export const SubmitOrderBody = z.object({
  symbol,
  qty: decimal.nullish(),
  notional: decimal.nullish(),
  side: z.enum(SIDES),
  type: z.enum(ORDER_TYPES),
  time_in_force: z.enum(TIMES_IN_FORCE).default('day'),
  limit_price: decimal.nullish(),
  stop_price: decimal.nullish(),
  trail_price: decimal.nullish(),
  trail_percent: decimal.nullish(),
  client_order_id: clientOrderId.nullish(),
  extended_hours: z.boolean().nullish(),
  post_only: z.boolean().nullish(),
  order_class: z.enum(['', ...ORDER_CLASSES]).nullish(),
  take_profit: z.object({ limit_price: decimal.nullish() }).nullish(),
  stop_loss: z.object({ stop_price: decimal.nullish(), limit_price: decimal.nullish() }).nullish(),
  position_intent: z.enum(POSITION_INTENTS).nullish(),
  self_trade_prevention: z.enum(SELF_TRADE_PREVENTIONS).nullish(),
});
export type SubmitOrderBody = z.infer<typeof SubmitOrderBody>;

/** What a PATCH changes; what is absent stays. */
export const ReplaceOrderBody = z.object({
  qty: decimal.nullish(),
  limit_price: decimal.nullish(),
  stop_price: decimal.nullish(),
  /** A trailing stop's new distance, in the measure it has. */
  trail: decimal.nullish(),
  time_in_force: z.enum(TIMES_IN_FORCE).nullish(),
  client_order_id: clientOrderId.nullish(),
});
export type ReplaceOrderBody = z.infer<typeof ReplaceOrderBody>;
