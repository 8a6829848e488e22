import { type Kysely, sql } from 'kysely';

/** Order lists, trailing stops, orders by value. Frozen like every migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table orders
    add column list_role text constraint orders_list_role_check
      check (list_role in ('entry', 'take_profit', 'stop_loss')),
    add column trail_price numeric(20, 4)
      constraint orders_trail_price_check check (trail_price > 0),
    add column trail_percent numeric(7, 4)
      constraint orders_trail_percent_check check (trail_percent > 0 and trail_percent < 100),
    add column notional numeric(28, 4) constraint orders_notional_check check (notional > 0),
    add column position_intent text constraint orders_position_intent_check check
      (position_intent in ('buy_to_open', 'buy_to_close', 'sell_to_open', 'sell_to_close')),
    add column self_trade_prevention text not null default 'expire_taker'
      constraint orders_self_trade_prevention_check
      check (self_trade_prevention in ('expire_maker', 'expire_taker', 'expire_both')),
    add constraint orders_order_list_check
      check ((order_class = 'simple') = (list_role is null))`,
  `alter table execution_reports drop constraint execution_reports_kind_check,
    add constraint execution_reports_kind_check check (kind in
      ('trade', 'triggered', 'canceled', 'expired', 'rejected', 'replaced', 'cancel_rejected',
       'replace_rejected', 'activated', 'restated'))`,
  `alter table resting_orders drop constraint resting_orders_state_check,
    add constraint resting_orders_state_check
      check (state in ('resting', 'untriggered', 'waiting', 'held'))`,
  // A list holds cash for its entry and the shares its exits will sell.
  `alter table holds drop constraint holds_pkey,
    add constraint holds_pkey primary key (root_id, unit)`,
  `insert into order_status_edges (from_status, event, to_status) values
    ('accepted', 'restate', 'accepted'),
    ('new', 'restate', 'new'),
    ('partially_filled', 'restate', 'partially_filled'),
    ('pending_cancel', 'restate', 'pending_cancel'),
    ('pending_replace', 'restate', 'pending_replace')`,
];
