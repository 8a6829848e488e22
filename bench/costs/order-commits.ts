import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';

/**
 * Transactions that wrote a row of these orders, each counted once however many orders share it:
 * acceptances, match steps, settlements, publications. A row carries the id of the transaction
 * that wrote it. Settlement rewrites a report, so its step is known by the report's time; a step
 * with commands and reports counts twice.
 */
export async function countOrderCommits(
  db: Kysely<Database>,
  orderIds: readonly string[],
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    with commands as (
      select symbol, command_id, xmin from market_commands where order_id = any(${orderIds}::uuid[])
    )
    select count(*) as count from (
      select xmin::text from commands
      union
      select s.xmin::text from market_steps s
      join commands c on c.symbol = s.symbol and c.command_id = any(s.command_ids)
      union
      select created_at::text from execution_reports where order_id = any(${orderIds}::uuid[])
      union
      select xmin::text from fills where order_id = any(${orderIds}::uuid[])
      union
      select xmin::text from events where order_id = any(${orderIds}::uuid[])
    ) as transactions`.execute(db);
  return Number(rows[0]?.count);
}
