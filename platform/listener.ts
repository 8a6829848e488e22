import { Client } from 'pg';
import { LIMITS } from './limits';
import type { Logger } from './logger';

export interface Listener {
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly databaseUrl: string;
  /** A plain identifier. */
  readonly channel: string;
  readonly logger: Logger;
  readonly onNotification: (payload: string) => void;
  /** After every (re)connection: what was sent before it has not been heard. */
  readonly onListening: () => void;
}

const RETRY_MS = 1_000;

/** Listens on a connection of its own and comes back by itself; a listener must poll as well. */
export function startListener(options: ListenerOptions): Listener {
  let client: Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const retry = (error: unknown): void => {
    if (closed || timer !== null) return;
    options.logger.warn({ err: error, channel: options.channel }, 'listening is interrupted');
    timer = setTimeout(() => {
      timer = null;
      void connect();
    }, RETRY_MS);
  };

  const connect = async (): Promise<void> => {
    const fresh = new Client({
      connectionString: options.databaseUrl,
      application_name: `listen ${options.channel}`,
      connectionTimeoutMillis: LIMITS.connectTimeoutMs,
      keepAlive: true,
    });
    client = fresh;
    fresh.on('error', retry);
    fresh.on('end', () => retry(undefined));
    fresh.on('notification', ({ payload }) => options.onNotification(payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query(`listen ${fresh.escapeIdentifier(options.channel)}`);
      options.onListening();
    } catch (error) {
      await fresh.end().catch(() => undefined);
      retry(error);
    }
  };

  void connect();
  return {
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
