import { type Kysely, sql } from 'kysely';

/**
 * What a step of a market writes, in fewer rows and fewer indexes. Frozen like every migration.
 *
 * Commands are not changed any more when they are applied: `pending_commands` says which wait, a
 * row of `market_steps` which were applied by one step, in their order.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...COMMANDS, ...REPORTS]) await sql.raw(statement).execute(db);
}

const COMMANDS = [
  `create table pending_commands (
    symbol text not null,
    command_id bigint not null,
    constraint pending_commands_pkey primary key (symbol, command_id)
  )`,
  // A queue: whatever is read of it was written a moment ago, and is dead a moment later.
  `alter table pending_commands set (autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000)`,
  `create table market_steps (
    symbol text not null,
    last_sequence bigint not null,
    tick_index bigint not null,
    command_ids bigint[] not null,
    constraint market_steps_pkey primary key (symbol, last_sequence),
    constraint market_steps_command_ids_check check (cardinality(command_ids) > 0)
  )`,
  `insert into pending_commands (symbol, command_id)
    select symbol, command_id from market_commands where applied_sequence is null`,
  `insert into market_steps (symbol, last_sequence, tick_index, command_ids)
    select symbol, applied_sequence, coalesce(applied_tick, 0), array[command_id]
    from market_commands where applied_sequence is not null`,
  // Takes the indexes on them along.
  `alter table market_commands drop column applied_sequence, drop column applied_tick`,
  `alter table market_commands reset (fillfactor)`,
  // Whoever writes a command, the market learns of it.
  `create function market_commands_wait() returns trigger language plpgsql as $$
   begin
     insert into pending_commands (symbol, command_id) select symbol, command_id from inserted;
     return null;
   end $$`,
  `create trigger market_commands_wait after insert on market_commands
    referencing new table as inserted for each statement execute function market_commands_wait()`,
];

const REPORTS = [
  // Each of its checks locked a row of orders. An order's row is never removed, its id comes from
  // its row, and a fill cannot be booked without it.
  `alter table execution_reports drop constraint execution_reports_order_id_fkey`,
  // The id says both, so its own key keeps the sequence unique.
  `alter table execution_reports drop constraint execution_reports_symbol_sequence_key,
    add constraint execution_reports_report_id_check check (report_id = symbol || '-' || sequence)`,
  `drop index execution_reports_order_id_idx`,
  // The symbol first: a session looks for what waits of it, a settlement of an account in it.
  `drop index execution_reports_unsettled_idx`,
  `create index execution_reports_unsettled_idx on execution_reports
    (symbol, account_id, sequence) where settled_at is null`,
  `drop index execution_reports_unsettled_age_idx`,
];
