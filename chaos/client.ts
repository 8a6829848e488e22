import { setTimeout as delay } from 'node:timers/promises';

export interface Trader {
  readonly accountId: string;
  readonly keyId: string;
  readonly secret: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfter: string | null;
  readonly replayed: boolean;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface Request {
  readonly trader: Trader;
  readonly method: Method;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that settles the matter, and what it took to get it. */
export interface FinalAnswer extends Answer {
  readonly attempts: number;
  readonly startedAt: number;
  readonly answeredAt: number;
}

export interface Client {
  /** One attempt. @throws When nothing answers. */
  ask(request: Request): Promise<Answer>;
  /**
   * As our documents tell a client to: repeats the very same request after 429, 503 or no answer.
   *
   * @throws Error when that has led nowhere for a long time.
   */
  insist(request: Request, patienceMs?: number): Promise<FinalAnswer>;
  /** Answers that no document allows: 500 and the like, 503 that does not say when to come back. */
  readonly surprises: readonly string[];
}

const ATTEMPT_TIMEOUT_MS = 8_000;
const PATIENCE_MS = 90_000;
const PAUSE_MS = 250;

export function createClient(api: string): Client {
  const surprises: string[] = [];
  const ask = async ({ trader, method, path, body, headers }: Request): Promise<Answer> => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'apca-api-key-id': trader.keyId,
        'apca-api-secret-key': trader.secret,
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
    });
    const text = await response.text();
    const answer = {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
      retryAfter: response.headers.get('retry-after'),
      replayed: response.headers.get('idempotent-replayed') === 'true',
    };
    const patient = answer.status === 503 || answer.status === 429;
    if (patient ? answer.retryAfter === null : answer.status >= 500) {
      surprises.push(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    }
    return answer;
  };
  return {
    ask,
    surprises,
    async insist(request, patienceMs = PATIENCE_MS) {
      const startedAt = Date.now();
      for (let attempts = 1; ; attempts += 1) {
        const answer = await ask(request).catch((error: unknown) => error as Error);
        const definite = !(answer instanceof Error) && answer.status < 500 && answer.status !== 429;
        if (definite) return { ...answer, attempts, startedAt, answeredAt: Date.now() };
        if (Date.now() - startedAt > patienceMs) {
          const last = answer instanceof Error ? answer.message : String(answer.status);
          throw new Error(`${request.method} ${request.path}: no answer in time, last: ${last}`);
        }
        await delay(PAUSE_MS);
      }
    },
  };
}
