import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { timestampText } from './timestamp-text';

export type EventRow = Awaited<ReturnType<typeof findPublishedEvents>>[number];

/** What was published after `since`, in sequence; stops at a number nobody has published yet. */
export async function findPublishedEvents(
  db: Kysely<Database>,
  accountId: string,
  since: number,
  limit: number,
) {
  return db
    .selectFrom('events')
    .select([
      'sequence',
      'event_id',
      'type',
      'order_id',
      'data',
      'account_id',
      timestampText('created_at').as('created_at'),
    ])
    .where('account_id', '=', accountId)
    .where('sequence', '>', String(since))
    .where('published_at', 'is not', null)
    .orderBy('sequence')
    .limit(limit)
    .execute();
}

/** The last sequence from before a moment; 0 if all are later. Found from the newest backwards. */
export async function findSequenceBefore(
  db: Kysely<Database>,
  accountId: string,
  since: string,
): Promise<number> {
  const row = await db
    .selectFrom('events')
    .select('sequence')
    .where('account_id', '=', accountId)
    .where('created_at', '<', sql<Date>`${since}::timestamptz`)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return Number(row?.sequence ?? 0);
}

/** @returns `null` when the account has no such event. */
export async function findSequenceOf(
  db: Kysely<Database>,
  accountId: string,
  eventId: string,
): Promise<number | null> {
  const row = await db
    .selectFrom('events')
    .select('sequence')
    .where('event_id', '=', eventId)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row === undefined ? null : Number(row.sequence);
}

/** The last sequence the account has given; 0 for an account that is not there. */
export async function findEventSequence(db: Kysely<Database>, accountId: string): Promise<number> {
  const row = await db
    .selectFrom('accounts')
    .select('event_sequence')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return Number(row?.event_sequence ?? 0);
}
