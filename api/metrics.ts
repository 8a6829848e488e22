import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { LATENCY_BUCKETS } from '../platform/metrics';

export type ApiMetrics = ReturnType<typeof createApiMetrics>;

export function createApiMetrics(registry: Registry) {
  return {
    requestDuration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the first byte of a request to the last of its answer, by route pattern.',
      labelNames: ['route', 'method', 'status_code'] as const,
      buckets: [...LATENCY_BUCKETS],
      registers: [registry],
    }),
    refusedOrders: new Counter({
      name: 'orders_rejected_total',
      help: 'Orders refused, by reason; here those refused before anything was stored.',
      labelNames: ['reason'] as const,
      registers: [registry],
    }),
    acceptDuration: new Histogram({
      name: 'order_accept_duration_seconds',
      help: 'From handing an order to Temporal to its verdict, waiting for a place included.',
      buckets: [...LATENCY_BUCKETS],
      registers: [registry],
    }),
    orderStartsInFlight: new Gauge({
      name: 'order_starts_in_flight',
      help: 'Orders this process has handed to Temporal and waits for.',
      registers: [registry],
    }),
    eventStreams: new Gauge({
      name: 'event_streams_open',
      help: 'Event streams this process serves.',
      registers: [registry],
    }),
    sockets: new Gauge({
      name: 'sockets_open',
      help: 'WebSockets this process serves, by kind.',
      labelNames: ['kind'] as const,
      registers: [registry],
    }),
    droppedSockets: new Counter({
      name: 'sockets_dropped_total',
      help: 'WebSockets this process ended, by kind and reason.',
      labelNames: ['kind', 'reason'] as const,
      registers: [registry],
    }),
    droppedStreams: new Counter({
      name: 'event_streams_dropped_total',
      help: 'Event streams this process ended, by reason.',
      labelNames: ['reason'] as const,
      registers: [registry],
    }),
  };
}
