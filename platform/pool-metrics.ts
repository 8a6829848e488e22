import type { Pool } from 'pg';
import { Gauge, Histogram, type Registry } from 'prom-client';
import type { DatabaseOptions } from './database';
import { LATENCY_BUCKETS } from './metrics';

/** Shows how a process's database connections are used, at the moment of each scrape. */
export function watchPool(registry: Registry, pool: Pool): void {
  new Gauge({
    name: 'db_pool_connections',
    help: 'Database connections of this process, by state; `waiting` counts callers without one.',
    labelNames: ['state'] as const,
    registers: [registry],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
}

/** Times every statement that goes through the query builder. */
export function timeQueries(registry: Registry): NonNullable<DatabaseOptions['onQuery']> {
  const seconds = new Histogram({
    name: 'db_query_duration_seconds',
    help: 'Duration of a database statement, its wait for an answer included.',
    buckets: [...LATENCY_BUCKETS],
    registers: [registry],
  });
  const milliseconds = new Histogram({
    name: 'db_latency_ms',
    help: 'The same in milliseconds, under the name that some dashboards ask for.',
    buckets: LATENCY_BUCKETS.map((bucket) => bucket * 1_000),
    registers: [registry],
  });
  return (durationMs) => {
    seconds.observe(durationMs / 1_000);
    milliseconds.observe(durationMs);
  };
}
