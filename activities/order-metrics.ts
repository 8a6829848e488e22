import { Counter, Histogram, type Registry } from 'prom-client';
import { LATENCY_BUCKETS } from '../platform/metrics';

export interface OrderMetrics {
  readonly ordersCreated: Counter<'side' | 'order_type'>;
  readonly ordersFilled: Counter;
  readonly ordersRejected: Counter<'reason'>;
  readonly fillLatency: Histogram;
  readonly workerErrors: Counter<'activity'>;
}

/** What the steps of an order count; labels are closed sets. */
export function createOrderMetrics(registry: Registry): OrderMetrics {
  const registers = [registry];
  return {
    ordersCreated: new Counter({
      name: 'orders_created_total',
      help: 'Orders accepted, by side and order type.',
      labelNames: ['side', 'order_type'] as const,
      registers,
    }),
    ordersFilled: new Counter({
      name: 'orders_filled_total',
      help: 'Orders completely filled.',
      registers,
    }),
    ordersRejected: new Counter({
      name: 'orders_rejected_total',
      help: 'Orders refused by the risk rules or the market, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    fillLatency: new Histogram({
      name: 'order_fill_latency_seconds',
      help: 'From the match step that traded an order to its settlement.',
      buckets: [...LATENCY_BUCKETS],
      registers,
    }),
    workerErrors: new Counter({
      name: 'worker_errors_total',
      help: 'Attempts of a step that failed and are tried again, by activity.',
      labelNames: ['activity'] as const,
      registers,
    }),
  };
}
