import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';

export type AccountResetRow = NonNullable<Awaited<ReturnType<typeof findReset>>>;

function selectResets(db: Kysely<Database>, accountId: string) {
  return db
    .selectFrom('account_resets')
    .select(['epoch', 'request_key', 'cash', 'completed_at'])
    .where('account_id', '=', accountId);
}

/** The reset that ends, or ended, an epoch. */
export async function findReset(db: Kysely<Database>, accountId: string, epoch: number) {
  return selectResets(db, accountId).where('epoch', '=', epoch).executeTakeFirst();
}

/** The reset that a request asked for. */
export async function findResetByKey(
  db: Kysely<Database>,
  accountId: string,
  requestKey: string,
): Promise<AccountResetRow | undefined> {
  return selectResets(db, accountId).where('request_key', '=', requestKey).executeTakeFirst();
}
