import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import type { Database } from '../../schema/database';

type ConfigurationsTable = Database['account_configurations'];
export type ConfigurationRow = Omit<Selectable<ConfigurationsTable>, 'account_id' | 'updated_at'>;

const COLUMNS = [
  'suspend_trade',
  'no_shorting',
  'fractional_trading',
  'max_margin_multiplier',
  'dtbp_check',
  'pdt_check',
  'trade_confirm_email',
  'ptp_no_exception_entry',
  'disable_overnight_trading',
  'max_options_trading_level',
] as const satisfies readonly (keyof ConfigurationRow)[];

/** What an account has that chose nothing; the table has the same defaults, a test compares. */
export const DEFAULT_CONFIGURATION: ConfigurationRow = {
  suspend_trade: false,
  no_shorting: false,
  fractional_trading: true,
  max_margin_multiplier: 4,
  dtbp_check: 'entry',
  pdt_check: 'entry',
  trade_confirm_email: 'all',
  ptp_no_exception_entry: false,
  disable_overnight_trading: false,
  max_options_trading_level: 0,
};

export async function findConfiguration(
  db: Kysely<Database>,
  accountId: string,
): Promise<ConfigurationRow> {
  const row = await db
    .selectFrom('account_configurations')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row ?? DEFAULT_CONFIGURATION;
}

/** Changes what is given and keeps the rest; returns all of it. */
export async function saveConfiguration(
  db: Kysely<Database>,
  accountId: string,
  changes: Partial<ConfigurationRow>,
): Promise<ConfigurationRow> {
  const values: Insertable<ConfigurationsTable> = { account_id: accountId, ...changes };
  return db
    .insertInto('account_configurations')
    .values(values)
    .onConflict((conflict) =>
      conflict.column('account_id').doUpdateSet({ ...changes, updated_at: sql<Date>`now()` }),
    )
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}
