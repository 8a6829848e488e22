import { z } from 'zod';
import { cancelAllOrders } from '../../orders/cancel-all-orders';
import { defineRoute } from '../../route';
import { uuid } from '../../schemas/scalars';

const CancelStatus = z.object({
  id: uuid,
  /** 200: canceled, or on its way; 422: closed otherwise meanwhile; 503: not reached, repeat. */
  status: z.int(),
});

export const deleteOrders = defineRoute({
  method: 'DELETE',
  path: '/orders',
  operationId: 'cancelAllOrders',
  tag: 'orders',
  summary: 'Ask for every open order to be canceled',
  doors: ['short', 'alpaca'],
  scope: 'trade',
  answers: { 207: { description: 'One status per open order', schema: z.array(CancelStatus) } },
  problems: [],
  async answer(dependencies, { principal }) {
    return { status: 207, body: await cancelAllOrders(dependencies, principal.accountId) };
  },
});
