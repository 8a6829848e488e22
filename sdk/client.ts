/** A typed client of this API: every path, parameter, body and answer of `docs/openapi.json`. */
import createClient from 'openapi-fetch';
import type { paths } from './api';

export type { Account, Order, Position, Problem, SubmitOrder } from './api';

export interface EverfillOptions {
  /** `http://127.0.0.1:8080`. */
  readonly baseUrl: string;
  readonly keyId: string;
  readonly secret: string;
}

export type EverfillClient = ReturnType<typeof createClient<paths>>;

/**
 * @returns A client whose calls give `data` or, where the API refuses, `error` (a problem document
 *   that names its reason); only a connection that fails throws.
 */
export function createEverfillClient(options: EverfillOptions): EverfillClient {
  const { baseUrl, keyId, secret } = options;
  const headers = { 'APCA-API-KEY-ID': keyId, 'APCA-API-SECRET-KEY': secret };
  return createClient<paths>({ baseUrl, headers });
}
