import { type Kysely, sql, type Updateable } from 'kysely';
import type { Database } from '../../schema/database';

const COLUMNS = [
  'max_order_quantity',
  'max_notional',
  'min_notional',
  'price_collar_ppm',
  'max_position',
  'max_open_orders',
  'daily_loss_limit',
  'duplicate_orders',
  'duplicate_window_ms',
] as const;

/** What an account, or everybody, may do; `null` says nothing. */
export type RiskLimitsRow = NonNullable<Awaited<ReturnType<typeof findRiskLimits>>>;

/**
 * @param accountId - `null`: of every account without its own.
 * @returns `undefined` where none was ever set.
 */
export async function findRiskLimits(db: Kysely<Database>, accountId: string | null) {
  return db
    .selectFrom('risk_limits')
    .select(COLUMNS)
    .where(sql<boolean>`account_id is not distinct from ${accountId}::uuid`)
    .executeTakeFirst();
}

/** Changes what is given and keeps the rest. */
export async function saveRiskLimits(
  db: Kysely<Database>,
  accountId: string | null,
  changes: Updateable<Database['risk_limits']>,
): Promise<RiskLimitsRow> {
  return db
    .insertInto('risk_limits')
    .values({ ...changes, account_id: accountId })
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet({ ...changes, account_id: accountId }),
    )
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}
