import { setTimeout as delay } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { DatabaseHandle } from '../../platform/database';
import type { Logger } from '../../platform/logger';
import { type Bell, createBell } from './bell';

/** Tells the sessions of one process that commands wait for their symbols. */
export interface Doorbell {
  /** A bell that rings whenever commands of `symbol` may wait; it has rung once already. */
  subscribe(symbol: string): Bell;
  unsubscribe(symbol: string, bell: Bell): void;
  close(): Promise<void>;
}

export interface DoorbellOptions {
  readonly pool: DatabaseHandle['pool'];
  readonly channel: string;
  readonly pollMs: number;
  readonly logger: Logger;
}

const RETRY_FIRST_MS = 100;
const RETRY_MAXIMUM_MS = 1_000;

/**
 * Listens and polls on one connection for all sessions of the process, so that an idle symbol costs
 * no query of its own. While that connection is away every bell rings at each retry: the sessions
 * then look for themselves.
 */
export function createDoorbell({ pool, channel, pollMs, logger }: DoorbellOptions): Doorbell {
  const bells = new Map<string, Set<Bell>>();
  const closing = new AbortController();
  const ring = (symbol: string): void => {
    for (const bell of bells.get(symbol) ?? []) bell.ring();
  };

  /** Returns only by an error of the connection, or when closed. */
  const listen = async (onReady: () => void): Promise<void> => {
    const client = await pool.connect();
    const broken: { by?: Error } = {};
    const onError = (error: Error): void => {
      broken.by = error;
    };
    client.on('error', onError);
    client.on('notification', ({ payload }) => ring(payload ?? ''));
    try {
      await client.query(`listen ${channel}`);
      onReady();
      while (!closing.signal.aborted) {
        if (broken.by !== undefined) throw broken.by;
        for (const symbol of await findWaiting(client, [...bells.keys()])) ring(symbol);
        await delay(pollMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    } finally {
      // Never back into the pool: it listens, and it may be broken.
      client.release(true);
    }
  };

  const run = async (): Promise<void> => {
    let retryMs = RETRY_FIRST_MS;
    while (!closing.signal.aborted) {
      try {
        await listen(() => {
          retryMs = RETRY_FIRST_MS;
        });
      } catch (error) {
        logger.warn({ err: error, channel }, 'the doorbell lost its connection');
      }
      for (const symbol of bells.keys()) ring(symbol);
      await delay(retryMs, undefined, { signal: closing.signal }).catch(() => undefined);
      retryMs = Math.min(RETRY_MAXIMUM_MS, retryMs * 2);
    }
  };
  const ended = run();

  return {
    subscribe(symbol) {
      const bell = createBell();
      bell.ring();
      const set = bells.get(symbol) ?? new Set();
      bells.set(symbol, set.add(bell));
      return bell;
    },
    unsubscribe(symbol, bell) {
      const set = bells.get(symbol);
      set?.delete(bell);
      if (set?.size === 0) bells.delete(symbol);
    },
    async close() {
      closing.abort();
      await ended;
    },
  };
}

async function findWaiting(client: PoolClient, symbols: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ symbol: string }>({
    name: 'waiting-symbols',
    text: WAITING_SYMBOLS,
    values: [symbols],
  });
  return rows.map(({ symbol }) => symbol);
}

/** One probe of an index a symbol, however long its queue is. */
const WAITING_SYMBOLS = `
select symbol from unnest($1::text[]) as symbol
where exists (
  select from pending_commands p where p.symbol = symbol.symbol)`;
