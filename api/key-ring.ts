import { timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { hashSecret } from '../schema/accounts';
import type { Database } from '../schema/database';
import type { Principal } from './context';
import type { ApiLimits } from './limits';
import type { Credentials } from './middleware/credentials';
import { findApiKey, type ApiKeyRow } from './queries/api-keys';

export interface KeyRing {
  /** Who a pair speaks for; `null` when the key is unknown, revoked, or the secret is another. */
  findPrincipal(credentials: Credentials): Promise<Principal | null>;
}

interface Entry {
  readonly key: Promise<ApiKeyRow | null>;
  readonly expiresAt: number;
}

/** Compared with when there is no such key, so that an unknown id takes as long as a known one. */
const NO_HASH = hashSecret('');

/** Known keys for a few seconds, so that a busy client costs no query per request. */
export function createKeyRing(
  db: Kysely<Database>,
  limits: Pick<ApiLimits, 'keyCacheMs' | 'keyCacheEntries'>,
  now: () => number = Date.now,
): KeyRing {
  const entries = new Map<string, Entry>();

  const load = (keyId: string): Promise<ApiKeyRow | null> => {
    const known = entries.get(keyId);
    if (known !== undefined && known.expiresAt > now()) return known.key;
    const key = findApiKey(db, keyId);
    entries.delete(keyId);
    entries.set(keyId, { key, expiresAt: now() + limits.keyCacheMs });
    // Neither a failure nor a miss is kept: the key may be created the next moment.
    const forget = (): void => {
      if (entries.get(keyId)?.key === key) entries.delete(keyId);
    };
    key.then((row) => {
      if (row === null) forget();
    }, forget);
    if (entries.size > limits.keyCacheEntries) dropOldest(entries);
    return key;
  };

  return {
    async findPrincipal({ keyId, secret }) {
      const key = await load(keyId);
      const matches = isSameHash(hashSecret(secret), key?.secretHash ?? NO_HASH);
      if (key === null || !matches) return null;
      return { keyId, accountId: key.accountId, scopes: key.scopes };
    },
  };
}

function dropOldest(entries: Map<string, Entry>): void {
  const oldest = entries.keys().next();
  if (oldest.done !== true) entries.delete(oldest.value);
}

/** Constant in time for two hashes of one length. */
function isSameHash(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left, 'hex'), Buffer.from(right, 'hex')];
  return one.length === other.length && timingSafeEqual(one, other);
}
