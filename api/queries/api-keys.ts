import type { Kysely } from 'kysely';
import type { ApiScope } from '../../schema/account-tables';
import type { Database } from '../../schema/database';

export interface ApiKeyRow {
  readonly accountId: string;
  readonly secretHash: string;
  readonly scopes: readonly ApiScope[];
}

/** A key that has not been revoked. */
export async function findApiKey(db: Kysely<Database>, keyId: string): Promise<ApiKeyRow | null> {
  const row = await db
    .selectFrom('api_keys')
    .select(['account_id as accountId', 'secret_hash as secretHash', 'scopes'])
    .where('key_id', '=', keyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}
