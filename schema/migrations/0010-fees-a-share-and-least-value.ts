import { type Kysely, sql } from 'kysely';

/** Fees by the share, and the least value of an order. Frozen like every migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table assets
    add column maker_fee_per_share numeric(12, 4) not null default 0
      constraint assets_maker_fee_per_share_check check (maker_fee_per_share >= 0),
    add column taker_fee_per_share numeric(12, 4) not null default 0
      constraint assets_taker_fee_per_share_check check (taker_fee_per_share >= 0)`,
  `alter table risk_limits add column min_notional numeric(28, 4)
    constraint risk_limits_min_notional_check check (min_notional >= 0)`,
];
