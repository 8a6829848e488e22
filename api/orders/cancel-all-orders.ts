import { RefusalError } from '../../domain/refusal';
import { mapBounded } from '../../platform/map-bounded';
import type { Dependencies } from '../dependencies';
import { isOutage } from '../outage';
import { statusOf } from '../problems';
import { findOpenOrders, findOrder } from '../queries/orders';
import { cancelOrder } from './cancel-order';

export interface CancelStatus {
  readonly id: string;
  /** 200: canceled, or on its way; 422: closed otherwise meanwhile; 503: not reached, repeat. */
  readonly status: number;
}

type CancelDependencies = Pick<Dependencies, 'db' | 'temporal' | 'limits'>;

/** Asks for every open order to be canceled; a few at once, to leave places in the engine. */
export async function cancelAllOrders(
  dependencies: CancelDependencies,
  accountId: string,
): Promise<CancelStatus[]> {
  const open = await findOpenOrders(dependencies.db, accountId);
  return mapBounded(open, dependencies.limits.cancelsAtOnce, async ({ order_id: id }) => ({
    id,
    status: await cancelOne(dependencies, accountId, id),
  }));
}

async function cancelOne(
  dependencies: CancelDependencies,
  accountId: string,
  orderId: string,
): Promise<number> {
  try {
    await cancelOrder(dependencies, accountId, orderId);
    return 200;
  } catch (error) {
    if (error instanceof RefusalError) {
      // The exits of a list go with each other: the cancel of one of them has canceled this one.
      const row = await findOrder(dependencies.db, accountId, orderId);
      return row?.status === 'canceled' ? 200 : statusOf(error.code);
    }
    if (isOutage(error)) return 503;
    throw error;
  }
}
