import { sql } from 'kysely';
import { CLOSED_STATUSES } from '../domain/order/order';
import { type Check, query } from './invariant';

const closed = sql.join(CLOSED_STATUSES.map((status) => sql.lit(status)));

/**
 * The rows that have or had a place in a list: a replacement that the book never took has none.
 * Lists with a report that nobody has settled are left out, because what one exit executes the
 * other loses by a report of its own.
 */
const members = sql`
  select orders.*, orders.list_role = 'entry' as is_entry,
    orders.status not in (${closed}) as is_open,
    orders.filled_quantity - orders.inherited_quantity as executed
  from orders left join orders older on older.order_id = orders.replaces
  where orders.order_class <> 'simple'
    and (orders.replaces is null or older.replaced_by = orders.order_id)
    and orders.root_id not in (select root_id from execution_reports where settled_at is null)`;

const lists = sql`
  select root_id, order_class,
    coalesce(bool_or(is_open) filter (where is_entry), false) as entry_open,
    coalesce(bool_or(not is_open and status <> 'replaced') filter (where not is_entry), false)
      as exit_ended,
    -- Members shrink as the others trade; what an oco was asked for stays in the command.
    case order_class when 'oco' then (select (payload->>'quantity')::numeric from market_commands
        where order_id = root_id and kind = 'submit')
      else coalesce(sum(executed) filter (where is_entry), 0) end as to_close,
    coalesce(sum(executed) filter (where not is_entry), 0) as closed
  from members group by root_id, order_class`;

const withLists = sql`with members as (${members}), lists as (${lists})`;

/** What the orders of a bracket, an oco or an oto owe each other. */
export const LIST_CHECKS: readonly Check[] = [
  query(
    'the exits of a list executed more than there was to close',
    'always',
    () => sql`${withLists} select * from lists where closed > to_close`,
  ),
  query(
    'an exit could still execute more than there is left to close',
    'always',
    () => sql`
      ${withLists}
      select order_id, root_id, status, quantity - filled_quantity as leaves, to_close, closed
      from members join lists using (root_id)
      where is_open and not is_entry and not entry_open
        and quantity - filled_quantity > to_close - closed`,
  ),
  query(
    'an exit executed before its entry closed',
    'always',
    () => sql`${withLists} select * from lists where entry_open and closed > 0`,
  ),
  query(
    'an exit is still held although its entry has closed',
    'always',
    () => sql`
      ${withLists}
      select order_id, root_id, status from members join lists using (root_id)
      where status = 'held' and not entry_open`,
  ),
  query(
    'a member is open although its list has ended',
    'always',
    () => sql`
      ${withLists}
      select order_id, root_id, list_role, status from members join lists using (root_id)
      where is_open and exit_ended`,
  ),
];
