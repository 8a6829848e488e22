import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { type EventRow, findPublishedEvents } from '../queries/events';

export interface News {
  /** By sequence, the first right after the position, none missing. */
  readonly rows: readonly EventRow[];
  /** Whether another look may find more at once. */
  readonly more: boolean;
}

/** What an account published right after `position`; at most `limit`. */
export async function findNews(
  db: Kysely<Database>,
  accountId: string,
  position: number,
  limit: number,
): Promise<News> {
  const found = await findPublishedEvents(db, accountId, position, limit);
  // A number is missing only until its publication commits; the next look finds it.
  const rows = found.filter(({ sequence }, index) => Number(sequence) === position + 1 + index);
  return { rows, more: rows.length === limit };
}
