import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';

/** One step of a market as its readers see it; prices and quantities as decimal text. */
export interface ShownStep {
  readonly symbol: string;
  /** ms since 1970. */
  readonly at: number;
  readonly bid?: readonly [price: string, quantity: string];
  readonly ask?: readonly [price: string, quantity: string];
  readonly trades?: readonly (readonly [ms: number, price: string, quantity: string])[];
}

/** Stores a step as a session does: the row for readers, the cursor and the minutes' bars. */
export async function showStep(db: Kysely<Database>, step: ShownStep): Promise<void> {
  const { symbol, bid = [null, null], ask = [null, null], trades = [] } = step;
  const at = new Date(step.at);
  await sql`
    with cursor as (
      update feed_cursors set data_sequence = data_sequence + 1, market_at = ${at},
        bid_price = ${bid[0]}, bid_quantity = ${bid[1]},
        ask_price = ${ask[0]}, ask_quantity = ${ask[1]}
      where symbol = ${symbol} returning symbol, data_sequence
    )
    insert into market_data (symbol, sequence, at, bid_price, bid_quantity, ask_price,
      ask_quantity, trade_ms, trade_prices, trade_quantities)
    select symbol, data_sequence, ${at}, ${bid[0]}, ${bid[1]}, ${ask[0]}, ${ask[1]},
      ${trades.map(([ms]) => ms)}::bigint[], ${trades.map(([, price]) => price)}::numeric[],
      ${trades.map(([, , quantity]) => quantity)}::numeric[] from cursor`.execute(db);
  for (const [ms, price, quantity] of trades) {
    await sql`
      insert into bars as b (symbol, start, open, high, low, close, volume, trade_count, notional)
      select ${symbol}, date_trunc('minute', to_timestamp(${ms / 1_000})), p, p, p, p, q, 1, p * q
      from (select ${price}::numeric as p, ${quantity}::numeric as q) as trade
      on conflict (symbol, start) do update set high = greatest(b.high, excluded.high),
        low = least(b.low, excluded.low), close = excluded.close,
        volume = b.volume + excluded.volume, trade_count = b.trade_count + 1,
        notional = b.notional + excluded.notional`.execute(db);
  }
}
