import { formatQuantity } from '../domain/decimal';
import { isClosed } from '../domain/order/order';
import { averageFillPrice, type OrderState } from '../domain/order/state';
import type { OrderProgress, RootProgress } from '../workflows/contract';

/** How a root stands, as its workflow shows it. */
export function toProgress(orders: readonly OrderState[]): RootProgress {
  return {
    orders: orders.map((order): OrderProgress => ({
      orderId: order.orderId,
      status: order.status,
      quantity: formatQuantity(order.quantity),
      filledQuantity: formatQuantity(order.filledQuantity),
      averageFillPrice: averageFillPrice(order),
      ...(order.listRole !== null && { listRole: order.listRole }),
    })),
    closed: orders.length > 0 && orders.every((order) => isClosed(order.status)),
  };
}
