import { sql } from 'kysely';
import { type Invariant, query } from './invariant';

export const TRADES_KEEP_THEIR_LIMIT: Invariant = {
  name: 'I10',
  statement: 'No execution is worse than its order allows, and no crossed order is left resting.',
  checks: [
    query(
      'a trade is outside its limit or protection price',
      'always',
      () => sql`
        select reports.report_id, reports.order_id, orders.side, reports.price,
          orders.limit_price, orders.protection_price
        from execution_reports reports join orders on orders.order_id = reports.order_id
        where reports.kind = 'trade' and case orders.side
          when 'buy' then reports.price > least(orders.limit_price, orders.protection_price)
          else reports.price < greatest(orders.limit_price, orders.protection_price) end`,
    ),
    query(
      'two resting orders cross',
      'always',
      () => sql`
        with live as (
          select resting.order_id, resting.symbol, orders.side,
            coalesce(orders.limit_price, orders.protection_price) as price
          from resting_orders resting join orders on orders.order_id = resting.order_id
          join feed_cursors cursor on cursor.symbol = resting.symbol
          where resting.state = 'resting' and not cursor.halted
        ), best as (
          select symbol, max(price) filter (where side = 'buy') as bid,
            min(price) filter (where side = 'sell') as ask
          from live group by symbol
        )
        select live.symbol, live.order_id, live.side, live.price, best.bid, best.ask
        from best join live on live.symbol = best.symbol
        where best.bid >= best.ask and live.price = case live.side
          when 'buy' then best.bid else best.ask end`,
    ),
  ],
};

export const BACKLOG_IS_EMPTY: Invariant = {
  name: 'I12',
  statement: 'At rest nothing waits: no command, no report, no event.',
  checks: [
    query(
      'a market command was never applied',
      'at_rest',
      () => sql`
        select c.command_id::text, c.symbol, order_id, kind, created_at
        from pending_commands p left join market_commands c on c.command_id = p.command_id
        order by p.command_id`,
    ),
    query(
      'a market command neither waits nor was applied once',
      'always',
      () => sql`
        with placed as (
          select command_id from pending_commands
          union all select unnest(command_ids) from market_steps
        )
        select coalesce(c.command_id, p.command_id)::text as command_id, symbol, order_id, kind,
          count(p.command_id) as places
        from market_commands c full join placed p on p.command_id = c.command_id
        group by c.command_id, p.command_id, symbol, order_id, kind
        having count(c.command_id) <> 1 or count(p.command_id) <> 1`,
    ),
    query(
      'the commands of a step do not follow those of the step before',
      'always',
      () => sql`
        select symbol, last_sequence, command_ids, before from (
          select symbol, last_sequence, command_ids, lag(last_sequence, 1, 0::bigint)
            over (partition by symbol order by last_sequence) as before
          from market_steps
        ) as steps
        where last_sequence - cardinality(command_ids) <> before`,
    ),
    query(
      'a report was never settled',
      'at_rest',
      () => sql`
        select report_id, order_id, root_id, kind, created_at from execution_reports
        where settled_at is null order by created_at`,
    ),
    query(
      'an event was never published',
      'at_rest',
      () => sql`
        select account_id, sequence::text, event_id, type, order_id, created_at from events
        where published_at is null order by created_at`,
    ),
  ],
};
