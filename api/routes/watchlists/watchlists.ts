import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies';
import { ProblemError } from '../../problem-error';
import {
  deleteWatchlist,
  findWatchlist,
  insertWatchlist,
  listWatchlists,
} from '../../queries/watchlists';
import { toWatchlistSummary, WatchlistSummary } from '../../resources/watchlist';
import { defineRoute } from '../../route';
import {
  answerWatchlist,
  byId,
  byName,
  NewWatchlist,
  readId,
  resolveSymbols,
  WATCHLIST_ANSWER,
  watchlistNotFound,
} from './watchlist-parts';
import { takenNameRefused } from './change-watchlist';

const common = { tag: 'watchlists', doors: ['alpaca'] } as const;

export const getWatchlists = defineRoute({
  ...common,
  method: 'GET',
  path: '/watchlists',
  operationId: 'listWatchlists',
  summary: "The account's watchlists, oldest first, without what is in them",
  scope: 'read',
  answers: { 200: { description: 'Lists', schema: z.array(WatchlistSummary) } },
  problems: [],
  async answer({ db }, { principal }) {
    const rows = await listWatchlists(db, principal.accountId);
    return { status: 200, body: rows.map(toWatchlistSummary) };
  },
});

export const postWatchlist = defineRoute({
  ...common,
  method: 'POST',
  path: '/watchlists',
  operationId: 'createWatchlist',
  summary: 'Make a watchlist; its name is unique in the account',
  scope: 'trade',
  body: NewWatchlist,
  example: { name: 'Primary', symbols: ['AAPL', 'SPY'] },
  answers: WATCHLIST_ANSWER,
  problems: ['asset_not_found', 'duplicate_name', 'too_many_symbols', 'too_many_watchlists'],
  async answer(dependencies, { principal, body }) {
    const { accountId } = principal;
    const id = randomUUID();
    const symbols = await resolveSymbols(dependencies, body.symbols ?? []);
    await takenNameRefused(body.name, insert(dependencies, { id, accountId, ...body, symbols }));
    return answerWatchlist(dependencies, await findWatchlist(dependencies.db, accountId, { id }));
  },
});

async function insert(
  { db, limits }: Dependencies,
  watchlist: Parameters<typeof insertWatchlist>[1],
): Promise<void> {
  const maximum = limits.watchlistsPerAccount;
  if (await insertWatchlist(db, watchlist, maximum)) return;
  throw new ProblemError('too_many_watchlists', `An account has at most ${maximum} watchlists.`);
}

export const getWatchlist = defineRoute({
  ...common,
  method: 'GET',
  path: '/watchlists/:watchlist_id',
  operationId: 'getWatchlist',
  summary: 'One watchlist',
  scope: 'read',
  pathParameters: byId,
  answers: WATCHLIST_ANSWER,
  problems: ['watchlist_not_found'],
  async answer(dependencies, { principal, path }) {
    const named = readId(path.watchlist_id);
    const row = await findWatchlist(dependencies.db, principal.accountId, named);
    return answerWatchlist(dependencies, row);
  },
});

export const getWatchlistByName = defineRoute({
  ...common,
  method: 'GET',
  path: '/watchlists\\:by_name',
  operationId: 'getWatchlistByName',
  summary: 'One watchlist by its name',
  scope: 'read',
  query: byName,
  answers: WATCHLIST_ANSWER,
  problems: ['watchlist_not_found'],
  async answer(dependencies, { principal, query }) {
    const row = await findWatchlist(dependencies.db, principal.accountId, query);
    return answerWatchlist(dependencies, row);
  },
});

const GONE = { 204: { description: 'It is gone' } };

export const deleteWatchlistById = defineRoute({
  ...common,
  method: 'DELETE',
  path: '/watchlists/:watchlist_id',
  operationId: 'deleteWatchlist',
  summary: 'Remove a watchlist',
  scope: 'trade',
  pathParameters: byId,
  answers: GONE,
  problems: ['watchlist_not_found'],
  async answer({ db }, { principal, path }) {
    const named = readId(path.watchlist_id);
    if (!(await deleteWatchlist(db, principal.accountId, named))) throw watchlistNotFound();
    return { status: 204 };
  },
});

export const deleteWatchlistByName = defineRoute({
  ...common,
  method: 'DELETE',
  path: '/watchlists\\:by_name',
  operationId: 'deleteWatchlistByName',
  summary: 'Remove a watchlist by its name',
  scope: 'trade',
  query: byName,
  answers: GONE,
  problems: ['watchlist_not_found'],
  async answer({ db }, { principal, query }) {
    if (!(await deleteWatchlist(db, principal.accountId, query))) throw watchlistNotFound();
    return { status: 204 };
  },
});
