import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema/database';
import { SYMBOLS } from './load';
import { waitUntil } from './wait-until';

/** What must move again after a fault before it counts as recovered from. */
export type Progress = 'accepts' | 'settles' | 'prints' | 'publishes';

/** How long recovery may take before it counts as broken. */
export const RECOVERY_LIMIT_MS = 45_000;

interface Marks {
  readonly accepts: string;
  readonly settles: string;
  readonly publishes: string;
  /** Tick index by symbol. */
  readonly prints: readonly string[];
}

/**
 * Waits until something newer than `marks` is there of everything named. Rows decide, read past all
 * proxies: a client's clock would count its own pauses.
 *
 * @returns Milliseconds until the last of them moved; `null` when one did not.
 */
export async function measureRecovery(
  db: Kysely<Database>,
  since: number,
  progress: readonly Progress[],
): Promise<number | null> {
  const deadline = since + RECOVERY_LIMIT_MS;
  const marks = await waitUntil(deadline - performance.now(), () => readMarks(db), 25);
  if (marks === null) return null;
  const moved = await waitUntil(
    deadline - performance.now(),
    async () => {
      const now = await readMarks(db);
      return progress.every((kind) => hasMoved(kind, marks, now)) && performance.now();
    },
    25,
  );
  return moved === null ? null : moved - since;
}

function hasMoved(kind: Progress, before: Marks, now: Marks): boolean {
  if (kind === 'prints') return now.prints.every((tick, index) => tick !== before.prints[index]);
  return now[kind] !== before[kind];
}

async function readMarks(db: Kysely<Database>): Promise<Marks> {
  const { rows } = await sql<Omit<Marks, 'prints'>>`
    select (select coalesce(max(accepted_at), 'epoch')::text from orders) as accepts,
      (select coalesce(max(settlement_sequence), 0)::text from fills) as settles,
      (select coalesce(max(published_at), 'epoch')::text from events) as publishes`.execute(db);
  const ticks = await db
    .selectFrom('feed_cursors')
    .select('tick_index')
    .where('symbol', 'in', SYMBOLS)
    .orderBy('symbol')
    .execute();
  const [marks] = rows;
  if (marks === undefined) throw new Error('no marks');
  return { ...marks, prints: ticks.map((row) => row.tick_index) };
}
