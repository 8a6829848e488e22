import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';

/** All three or none, as the market command carries them. */
export interface BreakerSetting {
  /** Millionths. */
  readonly move_ppm: number | null;
  readonly window_ms: number | null;
  readonly halt_ms: number | null;
}

export async function setBreaker(
  db: Kysely<Database>,
  symbol: string,
  { move_ppm, window_ms, halt_ms }: BreakerSetting,
): Promise<void> {
  await db
    .updateTable('assets')
    .set({
      breaker_move_ppm: move_ppm,
      breaker_window_ms: window_ms,
      breaker_halt_ms: halt_ms,
    })
    .where('symbol', '=', symbol)
    .execute();
}
