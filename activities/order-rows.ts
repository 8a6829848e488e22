import { type Kysely, type Selectable, sql } from 'kysely';
import { formatDecimal, formatPrice, formatQuantity, parseDecimal } from '../domain/decimal';
import { parsePrice, parseQuantity } from '../domain/decimal';
import { NOTIONAL_SCALE, type OrderState, parseTrailPercent } from '../domain/order/state';
import { isClosed } from '../domain/order/order';
import type { Database } from '../schema/database';
import type { OrderUpdate } from './changes';

const STATE_COLUMNS = [
  'order_id',
  'root_id',
  'account_id',
  'epoch',
  'client_order_id',
  'symbol',
  'side',
  'type',
  'time_in_force',
  'order_class',
  'list_role',
  'quantity',
  'limit_price',
  'stop_price',
  'trail_price',
  'trail_percent',
  'protection_price',
  'short_price',
  'post_only',
  'status',
  'filled_quantity',
  'filled_notional',
  'inherited_quantity',
  'inherited_notional',
  'replaces',
  'replaced_by',
  'reject_reason',
  'reject_source',
  'close_reason',
  'accepted_at',
] as const;

type StateRow = Pick<Selectable<Database['orders']>, (typeof STATE_COLUMNS)[number]>;

/** An order's row with what the rules do not need to know of it. */
export interface StoredOrder extends OrderState {
  readonly epoch: number;
  readonly postOnly: boolean;
  readonly acceptedAt: Date;
}

function toOrderState(row: StateRow): StoredOrder {
  return {
    orderId: row.order_id,
    rootId: row.root_id,
    accountId: row.account_id,
    epoch: row.epoch,
    clientOrderId: row.client_order_id,
    symbol: row.symbol,
    side: row.side,
    type: row.type,
    timeInForce: row.time_in_force,
    orderClass: row.order_class,
    listRole: row.list_role,
    quantity: parseQuantity(row.quantity),
    limitPrice: optionalPrice(row.limit_price),
    stopPrice: optionalPrice(row.stop_price),
    trailPrice: optionalPrice(row.trail_price),
    trailPpm: row.trail_percent === null ? null : parseTrailPercent(row.trail_percent),
    protectionPrice: optionalPrice(row.protection_price),
    shortPrice: optionalPrice(row.short_price),
    postOnly: row.post_only,
    status: row.status,
    filledQuantity: parseQuantity(row.filled_quantity),
    filledNotional: parseDecimal(row.filled_notional, NOTIONAL_SCALE),
    inheritedQuantity: parseQuantity(row.inherited_quantity),
    inheritedNotional: parseDecimal(row.inherited_notional, NOTIONAL_SCALE),
    replaces: row.replaces,
    replacedBy: row.replaced_by,
    rejectReason: row.reject_reason,
    rejectSource: row.reject_source,
    closeReason: row.close_reason,
    acceptedAt: row.accepted_at,
  };
}

const optionalPrice = (text: string | null): bigint | null =>
  text === null ? null : parsePrice(text);
export const formatOptionalPrice = (price: bigint | null): string | null =>
  price === null ? null : formatPrice(price);

/** The columns a step may change, as they stand now. */
export function toOrderUpdate(order: OrderState): OrderUpdate {
  return {
    order_id: order.orderId,
    status: order.status,
    quantity: formatQuantity(order.quantity),
    filled_quantity: formatQuantity(order.filledQuantity),
    filled_notional: formatDecimal(order.filledNotional, NOTIONAL_SCALE),
    inherited_quantity: formatQuantity(order.inheritedQuantity),
    inherited_notional: formatDecimal(order.inheritedNotional, NOTIONAL_SCALE),
    replaced_by: order.replacedBy,
    reject_reason: order.rejectReason,
    reject_source: order.rejectSource,
    close_reason: order.closeReason,
    closed: isClosed(order.status),
  };
}

/** The rows of a root, oldest first; empty when there is no such root. */
export function findRootOrders(db: Kysely<Database>, rootId: string): Promise<StoredOrder[]> {
  return findOrdersOfRoots(db, [rootId]);
}

/** All rows of these roots, oldest first. */
export async function findOrdersOfRoots(
  db: Kysely<Database>,
  rootIds: readonly string[],
): Promise<StoredOrder[]> {
  const rows = await db
    .selectFrom('orders')
    .select(STATE_COLUMNS)
    // One array parameter, so that every call is the same prepared statement.
    .where(sql<boolean>`root_id = any(${[...new Set(rootIds)]}::uuid[])`)
    .orderBy('accepted_at')
    .orderBy('order_id')
    .execute();
  return rows.map(toOrderState);
}
