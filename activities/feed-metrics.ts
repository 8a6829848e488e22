import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { LATENCY_BUCKETS } from '../platform/metrics';

export interface FeedMetrics {
  /** A step of `symbol` that took ticks is stored. */
  readonly ticked: (symbol: string) => void;
  /** The market of `symbol` is closed: no tick is due, so none can be late. */
  readonly closed: (symbol: string) => void;
  /** The session of `symbol` is over; its age must not grow on this process. */
  readonly ended: (symbol: string) => void;
  readonly bookOrders: Gauge<'symbol'>;
  readonly halted: Gauge<'symbol'>;
  readonly breakerTrips: Counter<'symbol'>;
  readonly batchSize: Histogram;
  readonly commitDuration: Histogram;
  readonly quarantined: Counter<'symbol'>;
  readonly signalErrors: Counter;
  readonly workerErrors: Counter<'activity'>;
}

/** What the market sessions of one process count; symbols are a closed set. */
export function createFeedMetrics(registry: Registry): FeedMetrics {
  const registers = [registry];
  const tickedAt = new Map<string, number>();
  new Gauge({
    name: 'feed_tick_age_seconds',
    help: 'Time since the newest stored tick, by symbol.',
    labelNames: ['symbol'] as const,
    registers,
    collect() {
      this.reset();
      for (const [symbol, at] of tickedAt) {
        this.set({ symbol }, (performance.now() - at) / 1_000);
      }
    },
  });
  const bookOrders = new Gauge({
    name: 'feed_book_orders',
    help: 'Open orders in the book, by symbol.',
    labelNames: ['symbol'] as const,
    registers,
  });
  const { halted, breakerTrips } = createHaltMetrics(registers);
  return {
    ticked: (symbol) => {
      tickedAt.set(symbol, performance.now());
    },
    closed: (symbol) => {
      tickedAt.delete(symbol);
    },
    ended: (symbol) => {
      tickedAt.delete(symbol);
      bookOrders.remove({ symbol });
      halted.remove({ symbol });
    },
    bookOrders,
    halted,
    breakerTrips,
    batchSize: new Histogram({
      name: 'feed_match_batch_size',
      help: 'Commands applied by one step of a market that applied any.',
      buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500],
      registers,
    }),
    commitDuration: new Histogram({
      name: 'feed_commit_duration_seconds',
      help: 'Storing one step of a market.',
      buckets: [...LATENCY_BUCKETS],
      registers,
    }),
    quarantined: new Counter({
      name: 'market_commands_quarantined_total',
      help: 'Commands set aside because nothing could be done with them, by symbol.',
      labelNames: ['symbol'] as const,
      registers,
    }),
    signalErrors: new Counter({
      name: 'feed_signal_errors_total',
      help: 'Price signals that could not be delivered; they are sent again.',
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

function createHaltMetrics(registers: Registry[]) {
  const halted = new Gauge({
    name: 'feed_halted',
    help: '1 while a symbol is halted, by an operator or its circuit breaker.',
    labelNames: ['symbol'] as const,
    registers,
  });
  return {
    halted,
    ...createCounters(registers),
  };
}

/** What only ever adds up. */
function createCounters(registers: Registry[]) {
  return {
    breakerTrips: new Counter({
      name: 'circuit_breaker_halts_total',
      help: 'Halts by the circuit breaker, by symbol.',
      labelNames: ['symbol'] as const,
      registers,
    }),
  };
}
