import { type Kysely, sql } from 'kysely';

/** Quotes and trades for readers of market data, and what their bars need beside the prices. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table feed_cursors add column data_sequence bigint not null default 0`,
  `alter table bars add column trade_count bigint not null default 0,
    add column notional numeric(40, 13) not null default 0`,
  // One row a step, not one a trade: a step costs one insert however many orders it fills. The
  // symbol is the cursor's, which has the foreign key; checking it here again would cost more
  // than the row.
  `create table market_data (
    symbol text not null,
    sequence bigint not null,
    at timestamptz not null,
    bid_price numeric(20, 4),
    bid_quantity numeric(28, 9),
    ask_price numeric(20, 4),
    ask_quantity numeric(28, 9),
    trade_ms bigint[] not null default '{}',
    trade_prices numeric(20, 4)[] not null default '{}',
    trade_quantities numeric(28, 9)[] not null default '{}',
    constraint market_data_pkey primary key (symbol, sequence),
    constraint market_data_trades_check
      check (cardinality(trade_ms) = cardinality(trade_prices)
        and cardinality(trade_ms) = cardinality(trade_quantities))
  )`,
  `create index market_data_symbol_at_idx on market_data (symbol, at)`,
];
