import type { IncomingMessage } from 'node:http';
import { decode, encode } from '@msgpack/msgpack';

/** How the messages of one socket are written. */
export type CodecName = 'json' | 'msgpack';

/** MessagePack when the client says so, in its Content-Type or as `?encoding=msgpack`. */
export function readCodecName(request: IncomingMessage, query: URLSearchParams): CodecName {
  const type = request.headers['content-type'] ?? '';
  const asked = query.get('encoding') ?? '';
  return type.includes('msgpack') || asked === 'msgpack' ? 'msgpack' : 'json';
}

/** A `Date` becomes the timestamp extension of MessagePack, and RFC 3339 text in JSON. */
export function encodeMessage(codec: CodecName, message: unknown): string | Uint8Array {
  return codec === 'json' ? JSON.stringify(message) : encode(message);
}

/**
 * Reads what a client sent. A text frame is JSON whatever the socket speaks, and a binary frame of
 * a JSON socket is JSON as well: the real service's clients do both.
 *
 * @returns `undefined` for what cannot be read.
 */
export function decodeMessage(codec: CodecName, frame: Buffer, isBinary: boolean): unknown {
  try {
    if (isBinary && codec === 'msgpack') return decode(frame);
    return JSON.parse(frame.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** The fields of a message that is an object; `null` for anything else. */
export function fieldsOf(message: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return null;
  return message as Readonly<Record<string, unknown>>;
}
