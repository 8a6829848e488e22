import { sql } from 'kysely';

/**
 * The best print that an open trailing stop (`o`) has seen since it joined the book, in 1e-4; null
 * for every other order and before the first print. The book keeps one log of extremes a side, not
 * a number an order, so it is looked up by the order's place in time.
 */
export const bestPrintSeen = sql<string | null>`case
  when o.type = 'trailing_stop' and o.closed_at is null then (
    select extremes.extreme
    from resting_orders resting
    join feed_cursors cursor on cursor.symbol = resting.symbol,
      jsonb_to_recordset(cursor.state->'book'->'trails'->o.side)
        as extremes(since bigint, extreme bigint)
    where resting.order_id = o.order_id and resting.state = 'untriggered'
      and extremes.since <= resting.priority
      -- What stands for no print at all.
      and extremes.extreme between 1 and 1000000 * 10000::bigint
    order by extremes.since desc limit 1)
  end`;
