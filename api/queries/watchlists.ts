import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { timestampText } from './timestamp-text';

/** A watchlist by one of its two names. */
export type WatchlistName = { readonly id: string } | { readonly name: string };

export type WatchlistRow = Awaited<
  ReturnType<ReturnType<typeof selectWatchlists>['executeTakeFirstOrThrow']>
>;

export interface WatchlistContent {
  readonly name: string;
  readonly symbols: readonly string[];
}

function selectWatchlists(db: Kysely<Database>, accountId: string) {
  return db
    .selectFrom('watchlists')
    .select([
      'watchlist_id',
      'account_id',
      'name',
      'symbols',
      timestampText('created_at').as('created_at'),
      timestampText('updated_at').as('updated_at'),
    ])
    .where('account_id', '=', accountId);
}

/** By age, oldest first. */
export async function listWatchlists(
  db: Kysely<Database>,
  accountId: string,
): Promise<WatchlistRow[]> {
  return selectWatchlists(db, accountId)
    .orderBy('watchlists.created_at')
    .orderBy('watchlist_id')
    .execute();
}

export async function findWatchlist(
  db: Kysely<Database>,
  accountId: string,
  named: WatchlistName,
): Promise<WatchlistRow | undefined> {
  const query = selectWatchlists(db, accountId);
  return (
    'id' in named
      ? query.where('watchlist_id', '=', named.id)
      : query.where('name', '=', named.name)
  ).executeTakeFirst();
}

/** @returns `false` when the account has as many as it may have; nothing is written then. */
export async function insertWatchlist(
  db: Kysely<Database>,
  watchlist: { readonly id: string; readonly accountId: string } & WatchlistContent,
  maximum: number,
): Promise<boolean> {
  const { id, accountId, name, symbols } = watchlist;
  const { numAffectedRows } = await sql`
    insert into watchlists (watchlist_id, account_id, name, symbols)
    select ${id}, ${accountId}, ${name}, ${[...symbols]}::text[]
    where (select count(*) from watchlists where account_id = ${accountId}) < ${maximum}`.execute(
    db,
  );
  return numAffectedRows === 1n;
}

/**
 * Changes a list under its lock.
 *
 * @param change - From what it is to what it becomes; may throw a refusal.
 * @returns `undefined` if there is no such list.
 */
export async function changeWatchlist(
  db: Kysely<Database>,
  accountId: string,
  named: WatchlistName,
  change: (before: WatchlistContent) => WatchlistContent,
): Promise<WatchlistRow | undefined> {
  return db.transaction().execute(async (trx) => {
    const found = await findWatchlist(trx, accountId, named);
    if (found === undefined) return undefined;
    const { watchlist_id: id } = found;
    const before = await trx
      .selectFrom('watchlists')
      .select(['name', 'symbols'])
      .where('watchlist_id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (before === undefined) return undefined;
    const { name, symbols } = change(before);
    await trx
      .updateTable('watchlists')
      .set({ name, symbols: [...symbols], updated_at: sql<Date>`now()` })
      .where('watchlist_id', '=', id)
      .execute();
    return findWatchlist(trx, accountId, { id });
  });
}

/** @returns `false` when there was none. */
export async function deleteWatchlist(
  db: Kysely<Database>,
  accountId: string,
  named: WatchlistName,
): Promise<boolean> {
  const query = db.deleteFrom('watchlists').where('account_id', '=', accountId);
  const { numDeletedRows } = await (
    'id' in named
      ? query.where('watchlist_id', '=', named.id)
      : query.where('name', '=', named.name)
  ).executeTakeFirst();
  return numDeletedRows > 0n;
}
