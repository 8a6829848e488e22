import type { IncomingMessage } from 'node:http';
import { type Credentials, readCredentials } from '../middleware/credentials';
import { fieldsOf } from './codec';

/**
 * Reads who a message says it is from, in either spelling that Alpaca's clients use:
 * `{"action":"authenticate","data":{"key_id","secret_key"}}` or `{"action":"auth","key","secret"}`.
 *
 * @returns `null` when the pair is incomplete or no text.
 */
export function readMessageCredentials(
  message: Readonly<Record<string, unknown>>,
): Credentials | null {
  const data = fieldsOf(message['data']) ?? message;
  const keyId = data['key_id'] ?? data['key'];
  const secret = data['secret_key'] ?? data['secret'];
  if (typeof keyId !== 'string' || typeof secret !== 'string') return null;
  return readCredentials((name) =>
    name === 'APCA-API-KEY-ID' ? keyId : name === 'APCA-API-SECRET-KEY' ? secret : '',
  );
}

/** The same headers as for a request may come with the handshake. */
export function readHandshakeCredentials({ headers }: IncomingMessage): Credentials | null {
  return readCredentials((name) => {
    const value = headers[name.toLowerCase()];
    return typeof value === 'string' ? value : '';
  });
}
