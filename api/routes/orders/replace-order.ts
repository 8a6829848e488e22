import { replaceOrder } from '../../orders/replace-order';
import { readRequestKey } from '../../orders/request-key';
import { OrderResource } from '../../resources/order';
import { defineRoute } from '../../route';
import { replaceHeaders } from './headers';
import { ReplaceOrderBody } from './order-body';
import { orderPath, readOrderId } from './order-path';

export const patchOrder = defineRoute({
  method: 'PATCH',
  path: '/orders/:order_id',
  operationId: 'replaceOrder',
  tag: 'orders',
  summary: 'Give an open order new terms',
  description:
    'Answers with the order that takes the place of the old one once risk has passed it; it is ' +
    '`accepted` until the book agrees. `qty` is the new total, what is executed included. ' +
    'Without `client_order_id` or `Idempotency-Key` a blind repeat is a new request.',
  doors: ['short', 'alpaca'],
  scope: 'trade',
  headers: replaceHeaders,
  pathParameters: orderPath,
  body: ReplaceOrderBody,
  example: { qty: '5', limit_price: '411.00' },
  answers: { 200: { description: 'The order that takes the place', schema: OrderResource } },
  problems: [
    'order_not_found',
    'order_not_replaceable',
    'quantity_below_filled',
    'client_order_id_conflict',
    'invalid_quantity',
    'invalid_price',
    'invalid_price_increment',
    'unsupported_combination',
    'insufficient_buying_power',
    'insufficient_qty',
  ],
  async answer(dependencies, { principal, path, body, header }) {
    const { key } = readRequestKey(body.client_order_id, header('Idempotency-Key'));
    const { order, replayed } = await replaceOrder(dependencies, {
      accountId: principal.accountId,
      orderId: readOrderId(path.order_id),
      key,
      body,
    });
    return {
      status: 200,
      headers: replayed ? { 'Idempotent-Replayed': 'true' } : {},
      body: order,
    };
  },
});
