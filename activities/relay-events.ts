import { type Kysely, sql } from 'kysely';
import { LIMITS } from '../platform/limits';
import type { Database } from '../schema/database';
import { type EventSink, publishBatch } from './publish-events';

/** Unpublished events looked at to find whose they are. */
const EVENTS_PER_LOOK = 5_000;

/**
 * Publishes events that an order could not announce in time, the accounts that wait longest first.
 *
 * @returns How many events were published; what is left after a round waits for the next.
 */
export async function relayEvents(db: Kysely<Database>, sink: EventSink): Promise<number> {
  const { rows } = await sql<{ account_id: string }>`
    select account_id from (
      select account_id, created_at from events
      where published_at is null
        and created_at < now() - make_interval(secs => ${LIMITS.relayAgeMs / 1_000})
      order by created_at limit ${EVENTS_PER_LOOK}
    ) as waiting
    group by account_id order by min(created_at) limit ${LIMITS.relayAccounts}`.execute(db);
  if (rows.length === 0) return 0;
  return publishBatch(
    db,
    sink,
    rows.map((row) => row.account_id),
  );
}
