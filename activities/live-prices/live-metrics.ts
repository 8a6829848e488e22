import { Counter, Gauge, type Registry } from 'prom-client';

export type LiveMetrics = ReturnType<typeof createLiveMetrics>;

/** What the live price source of one process counts; symbols are a closed set. */
export function createLiveMetrics(registry: Registry) {
  const registers = [registry];
  return {
    connected: new Gauge({
      name: 'live_prices_connected',
      help: 'Whether the stream of live prices is connected and authenticated.',
      registers,
    }),
    reconnects: new Counter({
      name: 'live_prices_reconnects_total',
      help: 'Connections to the stream of live prices that were lost or not made.',
      registers,
    }),
    ignored: new Counter({
      name: 'live_prices_ignored_total',
      help: 'What the stream of live prices sent that could not be used, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    stale: new Gauge({
      name: 'live_prices_stale',
      help: 'Whether the live prices of a symbol are too old to trade at, by symbol.',
      labelNames: ['symbol'] as const,
      registers,
    }),
  };
}
