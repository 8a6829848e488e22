import { z } from 'zod';
import { RefusalError } from '../../../domain/refusal';
import type { Dependencies } from '../../dependencies';
import { cancelOrder } from '../../orders/cancel-order';
import { isOutage } from '../../outage';
import { statusOf } from '../../problems';
import { findOpenOrders } from '../../queries/orders';
import { defineRoute } from '../../route';
import { uuid } from '../../schemas/scalars';

const CancelStatus = z.object({
  id: uuid,
  /** 200: the cancel is on its way; 422: closed meanwhile; 503: not reached, repeat. */
  status: z.int(),
});
type CancelStatus = z.infer<typeof CancelStatus>;

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
    const open = await findOpenOrders(dependencies.db, principal.accountId);
    const body = await cancelEach(
      dependencies,
      principal.accountId,
      open.map((order) => order.order_id),
    );
    return { status: 207, body };
  },
});

/** A few at once, so that one request does not take every place in the engine. */
async function cancelEach(
  dependencies: Dependencies,
  accountId: string,
  orderIds: readonly string[],
): Promise<CancelStatus[]> {
  const answers: CancelStatus[] = [];
  const rest = orderIds[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const id of rest) {
      answers.push({ id, status: await cancelOne(dependencies, accountId, id) });
    }
  };
  await Promise.all(Array.from({ length: dependencies.limits.cancelsAtOnce }, work));
  return answers;
}

async function cancelOne(
  dependencies: Dependencies,
  accountId: string,
  orderId: string,
): Promise<number> {
  try {
    await cancelOrder(dependencies, accountId, orderId);
    return 200;
  } catch (error) {
    if (error instanceof RefusalError) return statusOf(error.code);
    if (isOutage(error)) return 503;
    throw error;
  }
}
