import type { Kysely } from 'kysely';
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
  readonly tick: number | null;
}

/** When the session applied a command; `null` while it is queued. */
export async function findAppliedCommand(
  db: Kysely<Database>,
  commandId: string,
): Promise<AppliedCommand | null> {
  const row = await db
    .selectFrom('market_commands')
    .select(['applied_sequence', 'applied_tick'])
    .where('command_id', '=', commandId)
    .executeTakeFirst();
  if (row?.applied_sequence == null) return null;
  const { applied_sequence: sequence, applied_tick: tick } = row;
  return { sequence: Number(sequence), tick: tick === null ? null : Number(tick) };
}
