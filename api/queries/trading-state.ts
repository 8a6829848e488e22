import type { Kysely } from 'kysely';
import type { TradingState } from '../../schema/account-tables';
import type { Database } from '../../schema/database';

/** @returns `false` when there is no such account. */
export async function setAccountTradingState(
  db: Kysely<Database>,
  accountId: string,
  state: TradingState,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('accounts')
    .set({ trading_state: state })
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The venue's own switch stands on the limits row that belongs to nobody. */
export async function setVenueTradingState(
  db: Kysely<Database>,
  state: TradingState,
): Promise<void> {
  await db
    .insertInto('risk_limits')
    .values({ account_id: null, trading_state: state })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ trading_state: state }))
    .execute();
}
