import { z } from 'zod';
import { ORDER_TYPES, SIDES, TIMES_IN_FORCE } from '../../../domain/order/order';
import { clientOrderId, decimal, symbol } from '../../schemas/scalars';

/** A new order, in the names of Alpaca's Trading API. */
export const SubmitOrderBody = z.object({
  symbol,
  qty: decimal,
  side: z.enum(SIDES),
  type: z.enum(ORDER_TYPES),
  time_in_force: z.enum(TIMES_IN_FORCE).default('day'),
  limit_price: decimal.nullish(),
  stop_price: decimal.nullish(),
  client_order_id: clientOrderId.nullish(),
  extended_hours: z.boolean().nullish(),
  post_only: z.boolean().nullish(),
  order_class: z.enum(['', 'simple']).nullish(),
});
export type SubmitOrderBody = z.infer<typeof SubmitOrderBody>;

/** What a PATCH changes; what is absent stays. */
export const ReplaceOrderBody = z.object({
  qty: decimal.nullish(),
  limit_price: decimal.nullish(),
  stop_price: decimal.nullish(),
  time_in_force: z.enum(TIMES_IN_FORCE).nullish(),
  client_order_id: clientOrderId.nullish(),
});
export type ReplaceOrderBody = z.infer<typeof ReplaceOrderBody>;
