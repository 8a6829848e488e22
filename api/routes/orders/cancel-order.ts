import { cancelOrder } from '../../orders/cancel-order';
import { defineRoute } from '../../route';
import { orderPath, readOrderId } from './order-path';

export const deleteOrder = defineRoute({
  method: 'DELETE',
  path: '/orders/:order_id',
  operationId: 'cancelOrder',
  tag: 'orders',
  summary: 'Ask for an order to be canceled',
  description:
    'Answers once the request is durable (`pending_cancel`); a fill may still come before it.',
  doors: ['short', 'alpaca'],
  scope: 'trade',
  pathParameters: orderPath,
  answers: { 204: { description: 'The cancel is on its way to the book' } },
  problems: ['order_not_found', 'order_not_cancelable'],
  async answer(dependencies, { principal, path }) {
    await cancelOrder(dependencies, principal.accountId, readOrderId(path.order_id));
    return { status: 204 };
  },
});
