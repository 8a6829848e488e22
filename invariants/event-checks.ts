import { sql } from 'kysely';
import { CLOSED_STATUSES } from '../domain/order/order';
import { type Invariant, query } from './invariant';

const terminalTypes = sql.join(
  CLOSED_STATUSES.map((status) => sql.lit(`everfill.order.${status}.v1`)),
);
const closed = sql.join(CLOSED_STATUSES.map((status) => sql.lit(status)));

export const EVENTS_HAVE_NO_GAP: Invariant = {
  name: 'I8',
  statement:
    "An account's events are numbered without gaps and published in that order; " +
    "one of each order's is terminal.",
  checks: [
    query(
      "an account's events have a gap",
      'always',
      () => sql`
        select accounts.account_id, accounts.event_sequence::text,
          count(events.sequence)::text as events, min(events.sequence)::text as first,
          max(events.sequence)::text as last
        from accounts left join events on events.account_id = accounts.account_id
        group by accounts.account_id
        having count(events.sequence) <> accounts.event_sequence
          or coalesce(min(events.sequence), 1) <> 1
          or coalesce(max(events.sequence), 0) <> accounts.event_sequence`,
    ),
    query(
      'an event was published before an earlier one of its account',
      'always',
      () => sql`
        select waiting.account_id, waiting.sequence::text, waiting.event_id, waiting.type
        from events waiting where waiting.published_at is null and exists (
          select from events later where later.account_id = waiting.account_id
            and later.sequence > waiting.sequence and later.published_at is not null)`,
    ),
    query(
      'a closed order has not exactly one terminal event, or an open one has any',
      'always',
      () => sql`
        select orders.order_id, orders.status, coalesce(terminal.types, '{}') as terminal_events
        from orders left join (
          select order_id, count(*) as events, array_agg(type) as types from events
          where type in (${terminalTypes}) group by order_id
        ) as terminal on terminal.order_id = orders.order_id
        where coalesce(terminal.events, 0)
          <> case when orders.status in (${closed}) then 1 else 0 end`,
    ),
  ],
};
