import { Agent, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import { LIMITS } from '../platform/limits';

export interface Keys {
  readonly keyId: string;
  readonly secret: string;
}

export interface PlacedOrder {
  readonly id: string;
  readonly status: string;
}

/** The few calls the bench makes, as any user would make them: over HTTP, with keys. */
export interface EverfillClient {
  placeOrder(keys: Keys, order: Record<string, string>): Promise<PlacedOrder>;
  cancelOrder(keys: Keys, orderId: string): Promise<void>;
  createAccount(name: string, cash: string): Promise<Keys & { accountId: string }>;
  commandFeed(symbol: string, command: Record<string, string>): Promise<void>;
  latestAsk(symbol: string): Promise<number>;
}

/** Well below what the API allows, which would close a connection just when it is used again. */
const IDLE_MS = LIMITS.keepAliveMs / 2;
/** Of one POST, while the service says that it is away. */
const ATTEMPTS = 5;

export function createEverfillClient(api: string, admin: Keys): EverfillClient {
  // A phase without HTTP lasts longer than the server keeps an idle connection.
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  const call = async (
    keys: Keys,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<unknown> => {
    const headers = {
      'content-type': 'application/json',
      'apca-api-key-id': keys.keyId,
      'apca-api-secret-key': keys.secret,
    };
    const json = body === undefined ? '' : JSON.stringify(body);
    const response = await send(`${api}${path}`, { method, agent, headers }, json);
    const answer = await text(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${answer}`);
    return answer === '' ? null : JSON.parse(answer);
  };
  return {
    async placeOrder(keys, order) {
      // After a 503 the same POST is safe to repeat; the time it takes counts.
      for (let attempt = 1; ; attempt += 1) {
        try {
          return (await call(keys, 'POST', '/orders', order)) as PlacedOrder;
        } catch (error) {
          if (!String(error).includes(': 503 ') || attempt === ATTEMPTS) throw error;
        }
      }
    },
    async cancelOrder(keys, orderId) {
      await call(keys, 'DELETE', `/orders/${orderId}`);
    },
    async createAccount(name, cash) {
      const account = (await call(admin, 'POST', '/admin/accounts', { name, cash })) as {
        account_id: string;
        key: { api_key_id: string; api_secret_key: string };
      };
      return {
        accountId: account.account_id,
        keyId: account.key.api_key_id,
        secret: account.key.api_secret_key,
      };
    },
    async commandFeed(symbol, command) {
      await call(admin, 'POST', `/admin/feed/${symbol}`, command);
    },
    async latestAsk(symbol) {
      const answer = (await call(admin, 'GET', `/quotes/latest?symbols=${symbol}`)) as {
        quotes: Record<string, { ap: string | number }>;
      };
      return Number(answer.quotes[symbol]?.ap);
    },
  };
}

/** Not `fetch`, which takes more of the processor time that all the others need. */
function send(url: string, options: RequestOptions, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, options, resolve).on('error', reject).end(body);
  });
}
