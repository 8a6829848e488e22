import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { ProblemError } from '../problem-error';
import { findAccount } from '../queries/accounts';
import { findPositions } from '../queries/positions';
import { type AccountResource, toAccountResource } from '../resources/account';

/** @throws ProblemError `account_not_found`. */
export async function readAccount(
  db: Kysely<Database>,
  accountId: string,
): Promise<AccountResource> {
  const [account, positions] = await Promise.all([
    findAccount(db, accountId),
    findPositions(db, accountId),
  ]);
  if (account === undefined) {
    throw new ProblemError('account_not_found', 'The account of this key is gone.');
  }
  return toAccountResource(account, positions);
}
