import type { z } from 'zod';
import { RefusalError } from '../../../domain/refusal';
import type { Dependencies } from '../../dependencies';
import { ProblemError } from '../../problem-error';
import {
  changeWatchlist,
  type WatchlistContent,
  type WatchlistName,
} from '../../queries/watchlists';
import { type Answer, defineRoute } from '../../route';
import { symbol } from '../../schemas/scalars';
import {
  answerWatchlist,
  byId,
  byName,
  OneSymbol,
  readId,
  refuseTooMany,
  resolveSymbols,
  WATCHLIST_ANSWER,
  WatchlistChanges,
} from './watchlist-parts';

const common = {
  tag: 'watchlists',
  doors: ['alpaca'],
  scope: 'trade',
  answers: WATCHLIST_ANSWER,
} as const;

const replacing = {
  ...common,
  method: 'PUT',
  body: WatchlistChanges,
  example: { name: 'Primary', symbols: ['AAPL'] },
  problems: ['watchlist_not_found', 'asset_not_found', 'duplicate_name', 'too_many_symbols'],
} as const;

export const putWatchlist = defineRoute({
  ...replacing,
  path: '/watchlists/:watchlist_id',
  operationId: 'changeWatchlist',
  summary: 'Give a watchlist another name, or other symbols in place of all it has',
  pathParameters: byId,
  answer: (dependencies, { principal, path, body }) =>
    replace(dependencies, principal.accountId, readId(path.watchlist_id), body),
});

export const putWatchlistByName = defineRoute({
  ...replacing,
  path: '/watchlists\\:by_name',
  operationId: 'changeWatchlistByName',
  summary: 'As above, by its name',
  query: byName,
  answer: (dependencies, { principal, query, body }) =>
    replace(dependencies, principal.accountId, query, body),
});

const adding = {
  ...common,
  method: 'POST',
  body: OneSymbol,
  example: { symbol: 'AAPL' },
  problems: ['watchlist_not_found', 'asset_not_found', 'too_many_symbols'],
} as const;

export const postWatchlistSymbol = defineRoute({
  ...adding,
  path: '/watchlists/:watchlist_id',
  operationId: 'addToWatchlist',
  summary: 'Put a symbol at the end of a watchlist; one that is there stays where it is',
  pathParameters: byId,
  answer: (dependencies, { principal, path, body }) =>
    add(dependencies, principal.accountId, readId(path.watchlist_id), body.symbol),
});

export const postWatchlistSymbolByName = defineRoute({
  ...adding,
  path: '/watchlists\\:by_name',
  operationId: 'addToWatchlistByName',
  summary: 'As above, by its name',
  query: byName,
  answer: (dependencies, { principal, query, body }) =>
    add(dependencies, principal.accountId, query, body.symbol),
});

export const deleteWatchlistSymbol = defineRoute({
  ...common,
  method: 'DELETE',
  path: '/watchlists/:watchlist_id/:symbol',
  operationId: 'removeFromWatchlist',
  summary: 'Take a symbol off a watchlist',
  pathParameters: byId.extend({ symbol }),
  problems: ['watchlist_not_found', 'asset_not_found'],
  async answer(dependencies, { principal, path }) {
    const [ticker = ''] = await resolveSymbols(dependencies, [path.symbol]);
    const named = readId(path.watchlist_id);
    const row = await changeWatchlist(dependencies.db, principal.accountId, named, (before) => {
      if (before.symbols.includes(ticker)) return without(before, ticker);
      throw new RefusalError('asset_not_found', `${ticker} is not on this watchlist.`);
    });
    return answerWatchlist(dependencies, row);
  },
});

function without(before: WatchlistContent, ticker: string): WatchlistContent {
  return { ...before, symbols: before.symbols.filter((one) => one !== ticker) };
}

async function replace(
  dependencies: Dependencies,
  accountId: string,
  named: WatchlistName,
  body: z.infer<typeof WatchlistChanges>,
): Promise<Answer> {
  const symbols = body.symbols == null ? null : await resolveSymbols(dependencies, body.symbols);
  const change = changeWatchlist(dependencies.db, accountId, named, (before) => ({
    name: body.name ?? before.name,
    symbols: symbols ?? before.symbols,
  }));
  return answerWatchlist(dependencies, await takenNameRefused(body.name ?? '', change));
}

async function add(
  dependencies: Dependencies,
  accountId: string,
  named: WatchlistName,
  symbolOrId: string,
): Promise<Answer> {
  const [ticker = ''] = await resolveSymbols(dependencies, [symbolOrId]);
  const row = await changeWatchlist(dependencies.db, accountId, named, (before) => {
    if (before.symbols.includes(ticker)) return before;
    refuseTooMany(dependencies.limits.symbolsPerWatchlist, before.symbols.length + 1);
    return { ...before, symbols: [...before.symbols, ticker] };
  });
  return answerWatchlist(dependencies, row);
}

const UNIQUE_VIOLATION = '23505';

/** Names are unique by constraint, so that two requests at once cannot both have one. */
export async function takenNameRefused<Result>(
  name: string,
  writing: Promise<Result>,
): Promise<Result> {
  try {
    return await writing;
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    throw new ProblemError('duplicate_name', `There is a watchlist '${name}' already.`, {
      errors: [{ field: 'name', rule: 'unique_name', message: 'is taken' }],
    });
  }
}
