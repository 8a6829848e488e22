import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import type { AccountResetInput } from '../../workflows/contract';
import { lockAccount } from '../account-state';

/**
 * Shuts the account for new orders and writes down what it is to become, in one transaction. An
 * order is accepted under the same lock, so after this none of the epoch comes in any more.
 */
export async function beginReset(
  db: Kysely<Database>,
  { accountId, epoch, cash, requestKey }: AccountResetInput,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const account = await lockAccount(trx, accountId);
    // An epoch that has ended was archived by an earlier attempt.
    if (account.epoch !== epoch) return;
    await trx
      .updateTable('accounts')
      .set({ resetting: true })
      .where('account_id', '=', accountId)
      .execute();
    await trx
      .insertInto('account_resets')
      .values({ account_id: accountId, epoch, request_key: requestKey, cash })
      .onConflict((conflict) => conflict.columns(['account_id', 'epoch']).doNothing())
      .execute();
  });
}
