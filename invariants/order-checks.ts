import { sql } from 'kysely';
import { CLOSED_STATUSES } from '../domain/order/order';
import { type Invariant, query } from './invariant';
import { LIST_CHECKS } from './list-checks';

const closed = sql.join(CLOSED_STATUSES.map((status) => sql.lit(status)));

export const ACKNOWLEDGED_ORDERS_EXIST: Invariant = {
  name: 'I1',
  statement: 'Every order id the API acknowledged exists exactly once.',
  checks: [
    query(
      'an acknowledged order does not exist exactly once',
      'always',
      ({ acknowledgedIds }) => sql`
        select told.order_id, count(orders.order_id)::integer as rows
        from (select distinct unnest(${acknowledgedIds}::uuid[]) as order_id) as told
        left join orders on orders.order_id = told.order_id
        group by told.order_id having count(orders.order_id) <> 1`,
    ),
  ],
};

export const CLIENT_IDS_ARE_UNIQUE: Invariant = {
  name: 'I2',
  statement: 'There is one order per account and client_order_id.',
  checks: [
    query(
      'several orders share a client_order_id',
      'always',
      () => sql`
        select account_id, epoch, client_order_id, array_agg(order_id::text) as order_ids
        from orders group by account_id, epoch, client_order_id having count(*) > 1`,
    ),
  ],
};

export const FILLS_ADD_UP: Invariant = {
  name: 'I3',
  statement:
    'An order is filled by what it inherited and its fills, never beyond its size or its list.',
  checks: [
    query(
      'filled is not inherited plus fills',
      'always',
      () => sql`
        select orders.order_id, orders.status, orders.quantity, orders.filled_quantity,
          orders.inherited_quantity, coalesce(booked.quantity, 0) as fills_quantity,
          orders.filled_notional, orders.inherited_notional,
          coalesce(booked.notional, 0) as fills_notional
        from orders left join (
          select order_id, sum(quantity) as quantity, sum(price * quantity) as notional
          from fills group by order_id
        ) as booked on booked.order_id = orders.order_id
        where filled_quantity <> inherited_quantity + coalesce(booked.quantity, 0)
          or filled_notional <> inherited_notional + coalesce(booked.notional, 0)
          or filled_quantity > orders.quantity
          or (status = 'filled') <> (filled_quantity = orders.quantity)`,
    ),
    query(
      'a replacement did not inherit what its predecessor had executed',
      'always',
      () => sql`
        select younger.order_id, younger.replaces, younger.inherited_quantity,
          older.filled_quantity as predecessor_filled, younger.inherited_notional,
          older.filled_notional as predecessor_notional
        from orders younger join orders older on older.order_id = younger.replaces
        where older.status = 'replaced' and older.replaced_by = younger.order_id
          and (younger.inherited_quantity <> older.filled_quantity
            or younger.inherited_notional <> older.filled_notional)`,
    ),
    ...LIST_CHECKS,
    query(
      'a fill is not exactly one settled trade report',
      'always',
      () => sql`
        select reports.report_id, reports.order_id, reports.kind, reports.settled_at,
          reports.quantity, reports.price, reports.amount, reports.fee,
          fills.order_id as fill_order_id, fills.quantity as fill_quantity,
          fills.price as fill_price, fills.amount as fill_amount, fills.fee as fill_fee
        from execution_reports reports
        full join fills on fills.report_id = reports.report_id
        where (fills.report_id is not null)
            <> coalesce(reports.kind = 'trade' and reports.settled_at is not null, false)
          or (fills.order_id, fills.account_id, fills.quantity, fills.price, fills.amount,
              fills.fee)
            <> (reports.order_id, reports.account_id, reports.quantity, reports.price,
              reports.amount, reports.fee)`,
    ),
  ],
};

export const STATUSES_FOLLOW_THE_TABLE: Invariant = {
  name: 'I7',
  statement: 'Every change of status is an edge of the published table, and closed is final.',
  checks: [
    query(
      'a transition is no edge of the table',
      'always',
      () => sql`
        select changes.order_id, changes.transition_id::text, changes.from_status, changes.event,
          changes.to_status
        from order_transitions changes
        left join order_status_edges edges on edges.from_status = changes.from_status
          and edges.event = changes.event and edges.to_status = changes.to_status
        where edges.event is null or changes.from_status in (${closed})`,
    ),
    query(
      'a transition does not start where the one before it ended',
      'always',
      () => sql`
        select * from (
          select order_id, transition_id::text, event, from_status, to_status,
            coalesce(lag(to_status) over (partition by order_id order by transition_id), 'none')
              as stood_at
          from order_transitions
        ) as changes where from_status <> stood_at`,
    ),
    query(
      'an order does not stand where its last transition left it',
      'always',
      () => sql`
        select orders.order_id, orders.status, last.to_status as last_transition
        from orders left join (
          select distinct on (order_id) order_id, to_status
          from order_transitions order by order_id, transition_id desc
        ) as last on last.order_id = orders.order_id
        where last.to_status is distinct from orders.status`,
    ),
    query(
      'a fill has no transition of its own, so it may have come after the close',
      'always',
      () => sql`
        select fills.report_id, fills.order_id, orders.status
        from fills join orders on orders.order_id = fills.order_id
        left join order_transitions changes
          on changes.order_id = fills.order_id and changes.report_id = fills.report_id
        where changes.report_id is null`,
    ),
  ],
};
