import { Client } from 'pg';
import { LIMITS } from './limits';
import type { Logger } from './logger';

export interface Notifier {
  /** Wakes the listeners of `payload` soon; never fails, because every listener also polls. */
  ring(payload: string): void;
  close(): Promise<void>;
}

export interface NotifierOptions {
  readonly databaseUrl: string;
  readonly channel: string;
  readonly logger: Logger;
}

/**
 * Sends NOTIFY after commit, on a connection of its own: inside a business transaction it would
 * serialise commits. Rings that come while one is under way leave together in the next.
 */
export function createNotifier({ databaseUrl, channel, logger }: NotifierOptions): Notifier {
  const waiting = new Set<string>();
  let client: Client | null = null;
  let sending = false;
  let closed = false;

  const connect = async (): Promise<Client> => {
    const fresh = new Client({
      connectionString: databaseUrl,
      application_name: `notify ${channel}`,
      connectionTimeoutMillis: LIMITS.connectTimeoutMs,
      query_timeout: LIMITS.queryTimeoutMs,
      keepAlive: true,
    });
    fresh.on('error', () => {
      client = null;
    });
    await fresh.connect();
    return fresh;
  };

  const sendWaiting = async (): Promise<void> => {
    while (waiting.size > 0 && !closed) {
      const payloads = [...waiting];
      waiting.clear();
      client ??= await connect();
      await client.query({
        name: 'notify',
        text: 'select pg_notify($1, payload) from unnest($2::text[]) as payload',
        values: [channel, payloads],
      });
    }
  };

  const send = async (): Promise<void> => {
    sending = true;
    try {
      await sendWaiting();
    } catch (error) {
      // The listeners' polls find what this ring would have told them.
      logger.warn({ err: error, channel }, 'notify failed');
      await client?.end().catch(() => undefined);
      client = null;
    } finally {
      sending = false;
    }
  };

  return {
    ring(payload) {
      waiting.add(payload);
      if (!sending && !closed) void send();
    },
    async close() {
      closed = true;
      await client?.end().catch(() => undefined);
    },
  };
}
