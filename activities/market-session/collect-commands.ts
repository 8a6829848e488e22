import { sql, type Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import type { CommandRow } from './market-command';

/**
 * The commands of a symbol that wait to be applied, oldest id first, each with its order's owner.
 *
 * What waits is read from the rows alone: transactions commit out of order, so a command with a
 * smaller id may appear after one with a larger id was applied.
 *
 * @param taken - Commands of the step that is being stored; they look pending until it is.
 */
export async function findPendingCommands(
  db: Kysely<Database>,
  symbol: string,
  taken: readonly string[],
  limit: number,
): Promise<CommandRow[]> {
  // `offset 0` and a scalar query keep the planner from reading whole tables: it plans once, for
  // any limit, and then takes a tenth of all rows for what a step reads.
  const { rows } = await sql<CommandRow>`
    select c.command_id, c.kind, c.order_id, c.payload, o.account_id, o.root_id, o.workflow_id,
      case when c.kind = 'replace' then coalesce((
        select true from orders r
        where r.order_id = case
            when c.payload->>'replacement_id' ~ ${UUID} then (c.payload->>'replacement_id')::uuid
          end
          and r.root_id = o.root_id), false)
      end as replacement_known,
      case when c.kind = 'submit' and o.list_role is not null then array(
        select l.order_id from orders l where l.root_id = o.root_id and l.order_id <> o.order_id)
      end as leg_ids
    from (
      select p.command_id from pending_commands p
      where p.symbol = ${symbol} and not exists (
        select from unnest(${taken}::bigint[]) as t(command_id)
        where t.command_id = p.command_id)
      order by p.command_id limit ${limit}
    ) as waiting
    cross join lateral (
      select * from market_commands where command_id = waiting.command_id offset 0
    ) as c
    left join lateral (select * from orders where order_id = c.order_id offset 0) as o on true
    order by waiting.command_id`.execute(db);
  return rows;
}

const UUID = sql.lit('^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$');
