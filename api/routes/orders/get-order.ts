import { z } from 'zod';
import { RefusalError } from '../../../domain/refusal';
import { orderNotFound } from '../../orders/cancel-order';
import { findOrderResource, findResourceByClientId } from '../../orders/find-order';
import { OrderResource } from '../../resources/order';
import { defineRoute } from '../../route';
import { clientOrderId, queryBoolean } from '../../schemas/scalars';
import { orderPath, readOrderId } from './order-path';

export const getOrder = defineRoute({
  method: 'GET',
  path: '/orders/:order_id',
  operationId: 'getOrder',
  tag: 'orders',
  summary: 'One order as it stands',
  description: '`pending_new` while the order is durably started and not yet judged.',
  doors: ['short', 'alpaca'],
  scope: 'read',
  pathParameters: orderPath,
  query: z.object({ nested: queryBoolean.optional() }),
  answers: { 200: { description: 'The order', schema: OrderResource } },
  problems: ['order_not_found'],
  async answer(dependencies, { principal, path }) {
    const orderId = readOrderId(path.order_id);
    const order = await findOrderResource(dependencies, principal.accountId, orderId);
    if (order === null) throw orderNotFound(orderId);
    return { status: 200, body: order };
  },
});

export const getOrderByClientId = defineRoute({
  method: 'GET',
  path: '/orders\\:by_client_order_id',
  operationId: 'getOrderByClientOrderId',
  tag: 'orders',
  summary: 'One order by the id its owner gave it',
  doors: ['short', 'alpaca'],
  scope: 'read',
  query: z.object({ client_order_id: clientOrderId, nested: queryBoolean.optional() }),
  answers: { 200: { description: 'The order', schema: OrderResource } },
  problems: ['order_not_found'],
  async answer(dependencies, { principal, query }) {
    const id = query.client_order_id;
    const order = await findResourceByClientId(dependencies, principal.accountId, id);
    if (order === null) {
      throw new RefusalError('order_not_found', `There is no order with client_order_id '${id}'.`, {
        field: 'client_order_id',
      });
    }
    return { status: 200, body: order };
  },
});
