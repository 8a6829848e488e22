import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { findExits, type OrderRow } from '../queries/orders';
import { type OrderResource, toOrderResource } from '../resources/order';

/** Orders with the exits that belong to them under `legs`; simple orders cost no look-up. */
export async function toOrdersWithLegs(
  db: Kysely<Database>,
  rows: readonly OrderRow[],
): Promise<OrderResource[]> {
  const legs = await findLegs(db, rows);
  return rows.map((row) => toOrderResource(row, legs.get(row.order_id)));
}

/** The exits as they stand, by the id of the order that leads them. */
export async function findLegs(
  db: Kysely<Database>,
  rows: readonly OrderRow[],
): Promise<ReadonlyMap<string, readonly OrderRow[]>> {
  const leads = rows.filter(leadsList);
  const roots = [...new Set(leads.map((row) => row.root_id))];
  const exits = roots.length === 0 ? [] : await findExits(db, roots);
  return new Map(
    leads.map(({ order_id: id, root_id: root }) => [
      id,
      exits.filter((exit) => exit.root_id === root),
    ]),
  );
}

export async function toOrderWithLegs(db: Kysely<Database>, row: OrderRow): Promise<OrderResource> {
  const [order] = await toOrdersWithLegs(db, [row]);
  if (order === undefined) throw new Error('one row makes one order');
  return order;
}

/** An entry, or the take-profit of an oco; one that was replaced has handed its exits on. */
function leadsList({ order_class, list_role, replaced_by }: OrderRow): boolean {
  if (list_role === null || replaced_by !== null) return false;
  return list_role === (order_class === 'oco' ? 'take_profit' : 'entry');
}
