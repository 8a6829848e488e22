import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

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
