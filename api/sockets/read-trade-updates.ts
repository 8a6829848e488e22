import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { findLegs } from '../orders/with-legs';
import type { EventRow } from '../queries/events';
import { findOrdersById } from '../queries/orders';
import { toTradeUpdate, type TradeUpdate } from './trade-update';

/** One update a row, in its order; `null` for events that are not of an order. */
export async function readTradeUpdates(
  db: Kysely<Database>,
  accountId: string,
  rows: readonly EventRow[],
): Promise<readonly (TradeUpdate | null)[]> {
  const ids = new Set(rows.flatMap(({ order_id: id }) => (id === null ? [] : [id])));
  const found = ids.size === 0 ? [] : await findOrdersById(db, accountId, [...ids]);
  const orders = new Map(found.map((order) => [order.order_id, order]));
  const legs = await findLegs(db, found);
  return rows.map((row) => {
    const order = row.order_id === null ? undefined : orders.get(row.order_id);
    // Other events, as those of the account, are not this stream's.
    if (order === undefined || !row.type.startsWith('everfill.order.')) return null;
    return toTradeUpdate(row, order, legs.get(order.order_id));
  });
}
