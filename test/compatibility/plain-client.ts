/** The suite's first client: HTTP as it is. */
import type { Json, Step } from './step';

export interface Keys {
  readonly keyId: string;
  readonly secret: string;
}

/** A step after its saved values were put in. */
export type Request = Pick<Step, 'request' | 'path' | 'query' | 'body'>;

export interface Reply {
  readonly status: number;
  /** Of the wire, or what a client made of it, in the wire's names. */
  readonly body: Json;
}

export type Send = (request: Request) => Promise<Reply>;

/** @param base - `http://127.0.0.1:8080`, without a path. */
export function createPlainClient(base: string, { keyId, secret }: Keys): Send {
  return async ({ request, path = {}, query = {}, body }) => {
    const [method = '', template = ''] = request.split(' ');
    const where = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(path[name] ?? ''),
    );
    const asked = new URLSearchParams(query).toString();
    const response = await fetch(`${base}${where}${asked === '' ? '' : `?${asked}`}`, {
      method,
      headers: {
        'APCA-API-KEY-ID': keyId,
        'APCA-API-SECRET-KEY': secret,
        'Content-Type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as Json) };
  };
}
