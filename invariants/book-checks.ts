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
        select command_id::text, symbol, order_id, kind, created_at from market_commands
        where applied_sequence is null order by command_id`,
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
