import { type Kysely, sql } from 'kysely';
import { LIMITS } from '../platform/limits';
import type { Database } from '../schema/database';

/** One announced change of an account, in the order of `sequence`. */
export interface PublishedEvent {
  readonly accountId: string;
  readonly sequence: string;
  readonly eventId: string;
  readonly type: string;
  readonly orderId: string | null;
  readonly data: Record<string, unknown>;
  readonly createdAt: Date;
}

/**
 * Where events go. Called inside the transaction that marks them, in order per account; throwing
 * keeps them unpublished. A sink may see an event twice (its id tells), never out of order.
 */
export interface EventSink {
  publish(events: readonly PublishedEvent[]): Promise<void>;
  /** After the marks are durable. */
  committed(accountIds: readonly string[]): void;
}

export interface Publisher {
  /** Resolves when everything the account had written before the call is published. */
  publish(accountId: string): Promise<void>;
}

/**
 * Publishes what accounts have in their outbox. Calls that come while a batch is under way share
 * the next one, so fifty orders closing together cost one transaction.
 */
export function createPublisher(db: Kysely<Database>, sink: EventSink): Publisher {
  let next: { accounts: Set<string>; done: Promise<void> } | null = null;
  let current: Promise<void> = Promise.resolve();

  const startNext = (): { accounts: Set<string>; done: Promise<void> } => {
    const accounts = new Set<string>();
    const done = current.then(async () => {
      next = null;
      await publishBatch(db, sink, [...accounts]);
    });
    // A failed batch must not fail the ones behind it: each caller hears of its own.
    current = done.catch(() => undefined);
    return { accounts, done };
  };

  return {
    publish(accountId) {
      next ??= startNext();
      next.accounts.add(accountId);
      return next.done;
    },
  };
}

/**
 * Marks everything the accounts have not published yet, under each account's advisory lock: so
 * the order holds whoever runs it. What exceeds the limit stays for the next call or the relay.
 */
export async function publishBatch(
  db: Kysely<Database>,
  sink: EventSink,
  accountIds: readonly string[],
): Promise<number> {
  const published = await db.transaction().execute(async (trx) => {
    // In one order for everybody, so that two batches over the same accounts cannot deadlock.
    await sql`select pg_advisory_xact_lock(hashtextextended(account_id, 0))
      from (select unnest(${accountIds}::text[]) as account_id order by 1) as accounts`.execute(
      trx,
    );
    const { rows } = await sql<PublishedEvent>`
      with batch as (
        select account_id, sequence from events
        where account_id = any(${accountIds}::uuid[]) and published_at is null
        order by account_id, sequence limit ${LIMITS.eventsPerPublish}
      ), marked as (
        update events set published_at = now() from batch
        where events.account_id = batch.account_id and events.sequence = batch.sequence
        returning events.*
      )
      select account_id as "accountId", sequence, event_id as "eventId", type,
        order_id as "orderId", data, created_at as "createdAt"
      from marked order by account_id, marked.sequence`.execute(trx);
    if (rows.length > 0) await sink.publish(rows);
    return rows;
  });
  if (published.length > 0) {
    sink.committed([...new Set(published.map((event) => event.accountId))]);
  }
  return published.length;
}
