import { type Kysely, type RawBuilder, sql } from 'kysely';
import {
  OPEN_STATUSES,
  CLOSED_STATUSES,
  type OrderStatus,
  type Side,
} from '../../domain/order/order';
import type { Database } from '../../schema/database';
import { isAssetId } from '../schemas/scalars';
import { bestPrintSeen } from './best-print';
import { nullableTimestampText, timestampText } from './timestamp-text';

export type OrderRow = Awaited<
  ReturnType<ReturnType<typeof selectOrders>['executeTakeFirstOrThrow']>
>;

/** Orders with what a reader needs of their asset; times as text with microseconds. */
function selectOrders(db: Kysely<Database>) {
  return db
    .selectFrom('orders as o')
    .innerJoin('assets as s', 's.symbol', 'o.symbol')
    .select([
      'o.order_id',
      'o.account_id',
      'o.epoch',
      'o.client_order_id',
      'o.fingerprint',
      'o.request_id',
      'o.workflow_id',
      'o.symbol',
      's.asset_id',
      's.asset_class',
      's.fractionable',
      'o.side',
      'o.type',
      'o.time_in_force',
      'o.root_id',
      'o.order_class',
      'o.list_role',
      'o.quantity',
      'o.limit_price',
      'o.stop_price',
      'o.notional',
      'o.trail_price',
      'o.trail_percent',
      'o.position_intent',
      'o.self_trade_prevention',
      'o.post_only',
      'o.extended_hours',
      'o.status',
      'o.filled_quantity',
      'o.filled_notional',
      'o.replaces',
      'o.replaced_by',
      'o.reject_reason',
      'o.reject_source',
      'o.close_reason',
      timestampText('o.accepted_at').as('accepted_at'),
      lastChangeAt.as('updated_at'),
      nullableTimestampText('o.closed_at').as('closed_at'),
      lastFillAt.as('filled_at'),
      bestPrintSeen.as('best_print'),
    ]);
}

/** A row is stamped when its transaction began, which is a little before it was accepted. */
const lastChangeAt = sql<string>`to_char(greatest(o.updated_at, o.accepted_at) at time zone 'UTC',
  'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Only filled orders cost the look-up; elsewhere the column is null as Alpaca's is. */
const lastFillAt = sql<string | null>`case when o.status = 'filled' then coalesce(
  (select to_char(max(f.filled_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
     from fills f where f.order_id = o.order_id),
  to_char(o.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) end`;

/** An order of this account, of any epoch; `undefined` also when it is somebody else's. */
export async function findOrder(
  db: Kysely<Database>,
  accountId: string,
  orderId: string,
): Promise<OrderRow | undefined> {
  return selectOrders(db)
    .where('o.order_id', '=', orderId)
    .where('o.account_id', '=', accountId)
    .executeTakeFirst();
}

/** Orders of this account by id, in no order; ids of other accounts are left out. */
export async function findOrdersById(
  db: Kysely<Database>,
  accountId: string,
  orderIds: readonly string[],
): Promise<OrderRow[]> {
  return selectOrders(db)
    .where(sql<boolean>`o.order_id = any(${orderIds}::uuid[])`)
    .where('o.account_id', '=', accountId)
    .execute();
}

/** The order a client named itself, in the account's present epoch. */
export async function findOrderByClientId(
  db: Kysely<Database>,
  accountId: string,
  clientOrderId: string,
): Promise<OrderRow | undefined> {
  return selectOrders(db)
    .innerJoin('accounts as a', (join) =>
      join.onRef('a.account_id', '=', 'o.account_id').onRef('a.epoch', '=', 'o.epoch'),
    )
    .where('o.account_id', '=', accountId)
    .where('o.client_order_id', '=', clientOrderId)
    .executeTakeFirst();
}

/** Orders whose client order id begins with `prefix`, in the present epoch, by symbol. */
export async function findOrdersByClientIdPrefix(
  db: Kysely<Database>,
  accountId: string,
  prefix: string,
): Promise<OrderRow[]> {
  return (
    selectOrders(db)
      .innerJoin('accounts as a', (join) =>
        join.onRef('a.account_id', '=', 'o.account_id').onRef('a.epoch', '=', 'o.epoch'),
      )
      .where('o.account_id', '=', accountId)
      // Every id is the prefix and a symbol, so that the unique index finds them.
      .where('o.client_order_id', 'in', (eb) =>
        eb.selectFrom('assets').select(sql<string>`${prefix} || symbol`.as('id')),
      )
      .orderBy('o.symbol')
      .execute()
  );
}

/** An order, the one that replaces it, and whoever has a client order id, in no order. */
export async function findReplaceFacts(
  db: Kysely<Database>,
  accountId: string,
  orderIds: readonly string[],
  clientOrderId: string,
): Promise<OrderRow[]> {
  return selectOrders(db)
    .where('o.account_id', '=', accountId)
    .where((eb) =>
      eb.or([
        eb('o.order_id', 'in', orderIds),
        eb.and([
          eb('o.client_order_id', '=', clientOrderId),
          eb('o.epoch', '=', (inner) =>
            inner.selectFrom('accounts').select('epoch').where('account_id', '=', accountId),
          ),
        ]),
      ]),
    )
    .execute();
}

/** Whether a row of `table` is an exit of an order list; null for an order of its own. */
const isExit = (table: 'o' | 'lead') => sql<boolean>`${sql.ref(`${table}.list_role`)} <>
  case ${sql.ref(`${table}.order_class`)} when 'oco' then 'take_profit' else 'entry' end`;

/** An open exit of a filled entry must not vanish from the open orders. */
function isNotUnderItsLead({ status, side }: OrderFilter): RawBuilder<boolean> {
  const statuses = status === 'all' ? null : statusesOf(status);
  return sql<boolean>`not (coalesce(${isExit('o')}, false) and exists (
    select from orders lead where lead.root_id = o.root_id and not ${isExit('lead')}
      and lead.replaced_by is null and lead.side = coalesce(${side ?? null}, lead.side)
      and lead.status = any(coalesce(${statuses}::text[], array[lead.status]))))`;
}

/** The exits of these roots as they stand, whatever took their place counted as them. */
export async function findExits(
  db: Kysely<Database>,
  rootIds: readonly string[],
): Promise<OrderRow[]> {
  return selectOrders(db)
    .where(sql<boolean>`o.root_id = any(${rootIds}::uuid[])`)
    .where(isExit('o'))
    .where('o.replaced_by', 'is', null)
    .orderBy('o.accepted_at')
    .orderBy('o.list_role', 'desc')
    .execute();
}

export interface OrderFilter {
  readonly accountId: string;
  readonly status: 'open' | 'closed' | 'all';
  readonly limit: number;
  /** RFC 3339, exclusive. */
  readonly after?: string | undefined;
  /** RFC 3339, exclusive. */
  readonly until?: string | undefined;
  readonly direction: 'asc' | 'desc';
  /** Tickers, or UUIDs of assets. */
  readonly symbols: readonly string[];
  readonly side?: Side | undefined;
  /** Leaves out the exits whose leading order is in the answer, because it shows them. */
  readonly nested?: boolean;
  /** Empty: all. */
  readonly assetClasses?: readonly string[];
  /** The last order of the page before. */
  readonly pageToken?: string | undefined;
  /** Only orders that came after this one. */
  readonly afterOrderId?: string | undefined;
  /** Only orders that came before this one. */
  readonly beforeOrderId?: string | undefined;
}

/** A page of the present epoch's orders by time of entry; ties are broken by id, so pages join. */
export async function listOrders(db: Kysely<Database>, filter: OrderFilter): Promise<OrderRow[]> {
  const { accountId, direction, symbols, side, after, until, assetClasses = [] } = filter;
  let query = selectOrders(db)
    .innerJoin('accounts as a', (join) =>
      join.onRef('a.account_id', '=', 'o.account_id').onRef('a.epoch', '=', 'o.epoch'),
    )
    .where('o.account_id', '=', accountId);
  if (filter.status !== 'all')
    query = query.where(hasStatus('o.status', statusesOf(filter.status)));
  if (after !== undefined)
    query = query.where('o.accepted_at', '>', sql<Date>`${after}::timestamptz`);
  if (until !== undefined)
    query = query.where('o.accepted_at', '<', sql<Date>`${until}::timestamptz`);
  if (symbols.length > 0) {
    const ids = symbols.filter(isAssetId);
    query = query.where((eb) =>
      eb.or([
        eb('o.symbol', '=', sql<string>`any(${symbols}::text[])`),
        eb('s.asset_id', '=', sql<string>`any(${ids}::uuid[])`),
      ]),
    );
  }
  if (side !== undefined) query = query.where('o.side', '=', side);
  if (filter.nested === true) query = query.where(isNotUnderItsLead(filter));
  if (assetClasses.length > 0) query = query.where('s.asset_class', 'in', assetClasses);
  for (const bound of boundsOf(filter)) query = query.where(bound);
  return query
    .orderBy('o.accepted_at', direction)
    .orderBy('o.order_id', direction)
    .limit(filter.limit)
    .execute();
}

/** Where the orders of a filter lie from others of the account, by time and id. */
function boundsOf(filter: OrderFilter): RawBuilder<boolean>[] {
  const { accountId, direction, pageToken, afterOrderId, beforeOrderId } = filter;
  const bound = (comparison: '<' | '>', orderId: string | undefined) =>
    orderId === undefined
      ? []
      : [
          sql<boolean>`(o.accepted_at, o.order_id) ${sql.raw(comparison)}
            (select accepted_at, order_id from orders
               where order_id = ${orderId} and account_id = ${accountId})`,
        ];
  return [
    ...bound(direction === 'asc' ? '>' : '<', pageToken),
    ...bound('>', afterOrderId),
    ...bound('<', beforeOrderId),
  ];
}

function statusesOf(status: 'open' | 'closed'): readonly OrderStatus[] {
  return status === 'open' ? OPEN_STATUSES : CLOSED_STATUSES;
}

/** Literals: the index of open orders serves only what is known to be open when it is planned. */
function hasStatus(column: string, statuses: readonly OrderStatus[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(column)} in (${sql.join(statuses.map((one) => sql.lit(one)))})`;
}

/** Ids of the account's open orders, oldest first, with the workflow each lives in. */
export async function findOpenOrders(
  db: Kysely<Database>,
  accountId: string,
): Promise<{ order_id: string; workflow_id: string; status: OrderStatus }[]> {
  return db
    .selectFrom('orders')
    .select(['order_id', 'workflow_id', 'status'])
    .where('account_id', '=', accountId)
    .where(hasStatus('status', OPEN_STATUSES))
    .orderBy('accepted_at')
    .orderBy('order_id')
    .execute();
}
