export interface Credentials {
  readonly keyId: string;
  readonly secret: string;
}

/** Longer than any key of ours; nothing longer is worth a hash. */
const MAXIMUM_LENGTH = 256;

/**
 * Reads Alpaca's two headers, HTTP Basic with the key id as user name, or a Bearer token that is
 * `key id:secret`, for clients that know no other way to send a token; `null` without.
 */
export function readCredentials(header: (name: string) => string): Credentials | null {
  const keyId = header('APCA-API-KEY-ID');
  const secret = header('APCA-API-SECRET-KEY');
  if (keyId !== '' || secret !== '') return acceptable(keyId, secret);
  const bearer = /^bearer +([A-Za-z0-9._~+/-]+):([A-Za-z0-9._~+/-]+=*) *$/i.exec(
    header('Authorization'),
  );
  if (bearer !== null) return acceptable(bearer[1] ?? '', bearer[2] ?? '');
  const basic = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header('Authorization'));
  if (basic === null) return null;
  const text = Buffer.from(basic[1] ?? '', 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : acceptable(text.slice(0, colon), text.slice(colon + 1));
}

function acceptable(keyId: string, secret: string): Credentials | null {
  const good = [keyId, secret].every(
    (part) => part !== '' && part.length <= MAXIMUM_LENGTH && !part.includes('\0'),
  );
  return good ? { keyId, secret } : null;
}
