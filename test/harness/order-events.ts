import { type Kysely, sql } from 'kysely';
import { parseDecimal, parsePrice, parseQuantity } from '../../domain/decimal';
import { orderEvent, type OrderEventKind, type OrderEventData } from '../../domain/order/events';
import { NOTIONAL_SCALE } from '../../domain/order/state';
import type { Database } from '../../schema/database';
import { anOrderState } from '../rules/builders';

/**
 * Writes the next event of an account about the order as its row stands, as a step of an order
 * does, and publishes it. Who listens is not told: a test wakes the hub, or waits for the poll.
 */
export async function writeOrderEvent(
  db: Kysely<Database>,
  orderId: string,
  kind: OrderEventKind,
  more: Partial<OrderEventData> = {},
): Promise<void> {
  const row = await db
    .selectFrom('orders')
    .selectAll()
    .where('order_id', '=', orderId)
    .executeTakeFirstOrThrow();
  const state = anOrderState({
    orderId,
    rootId: row.root_id,
    accountId: row.account_id,
    clientOrderId: row.client_order_id,
    symbol: row.symbol,
    side: row.side,
    type: row.type,
    quantity: parseQuantity(row.quantity),
    limitPrice: row.limit_price === null ? null : parsePrice(row.limit_price),
    status: row.status,
    filledQuantity: parseQuantity(row.filled_quantity),
    filledNotional: parseDecimal(row.filled_notional, NOTIONAL_SCALE),
    closeReason: row.close_reason,
  });
  const { type, data } = orderEvent(kind, state, more);
  await sql`
    with numbered as (
      update accounts set event_sequence = event_sequence + 1
      where account_id = ${row.account_id} returning event_sequence
    )
    insert into events (account_id, sequence, type, order_id, data, published_at)
    select ${row.account_id}, event_sequence, ${type}, ${orderId}::uuid,
      ${JSON.stringify(data)}::jsonb, now()
    from numbered`.execute(db);
}
