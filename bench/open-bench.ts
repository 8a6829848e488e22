import { Client, Connection } from '@temporalio/client';
import { createDatabase } from '../platform/database';
import { createMeter } from './costs/meter';
import { createEverfillClient } from './everfill-client';
import { startRival } from './rivals/dbos';
import { type Bench, BENCH_SYMBOLS } from './scenarios/scenario';
import type { BenchStack } from './stack';

/**
 * More accounts than two batches of acceptances hold, so that orders rarely wait for another one
 * of their own account.
 */
const ACCOUNTS = 50;

export interface OpenBench {
  readonly bench: Bench;
  close(): Promise<void>;
}

/** Opens accounts, lets prices stand still, and starts the rival where it can be had. */
export async function openBench(stack: BenchStack, home: string): Promise<OpenBench> {
  const { endpoints } = stack;
  const connection = await Connection.connect({ address: endpoints.temporal_address });
  const { db, pool } = createDatabase({
    databaseUrl: endpoints.database_url,
    name: 'bench',
    poolSize: 4,
    onError: () => undefined,
  });
  const everfill = createEverfillClient(endpoints.api, {
    keyId: endpoints.api_key_id,
    secret: endpoints.api_secret_key,
  });
  const accounts = await Promise.all(
    Array.from({ length: ACCOUNTS }, (_, index) =>
      everfill.createAccount(`bench-${index}`, '1000000000'),
    ),
  );
  const symbols = await Promise.all(
    BENCH_SYMBOLS.map(async (symbol) => {
      await everfill.commandFeed(symbol, { action: 'pause' });
      return { symbol, ask: await everfill.latestAsk(symbol) };
    }),
  );
  const rival = await startRival(home, endpoints.database_url);
  const meter = createMeter({
    db,
    metricsUrl: endpoints.metrics['temporal'] ?? null,
    databaseFile: stack.temporalFile,
    pids: () => stack.pids(),
  });
  const run = Date.now().toString(36);
  const temporal = new Client({ connection });
  return {
    bench: { everfill, temporal, db, meter, rival, accounts, symbols, run },
    async close() {
      if (rival.running) await rival.stop();
      await connection.close();
      await pool.end();
    },
  };
}
