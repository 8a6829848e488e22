import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import type { MarketCommandKind } from '../../workflows/contract';

export interface MarketCommand {
  readonly symbol: string;
  readonly kind: MarketCommandKind;
  readonly payload: Record<string, unknown>;
}

/** Queues a command to the market itself; returns its id. */
export async function insertMarketCommand(
  db: Kysely<Database>,
  { symbol, kind, payload }: MarketCommand,
): Promise<string> {
  const { command_id } = await db
    .insertInto('market_commands')
    .values({ symbol, kind, payload: JSON.stringify(payload) })
    .returning('command_id')
    .executeTakeFirstOrThrow();
  return command_id;
}

export interface AppliedCommand {
  readonly sequence: number;
  readonly tick: number;
}

/**
 * When the session applied a command; `null` while it is queued. Steps are looked through from the
 * newest, and only when the command does not wait any more, so what is looked for is near.
 */
export async function findAppliedCommand(
  db: Kysely<Database>,
  symbol: string,
  commandId: string,
): Promise<AppliedCommand | null> {
  const { rows } = await sql<{ sequence: string; tick: string }>`
    select last_sequence - cardinality(command_ids)
        + array_position(command_ids, ${commandId}::bigint) as sequence, tick_index as tick
    from market_steps
    where symbol = ${symbol} and ${commandId}::bigint = any(command_ids) and not exists (
      select from pending_commands where symbol = ${symbol} and command_id = ${commandId}::bigint)
    order by last_sequence desc limit 1`.execute(db);
  const [row] = rows;
  return row === undefined ? null : { sequence: Number(row.sequence), tick: Number(row.tick) };
}
