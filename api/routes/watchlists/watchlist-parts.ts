import { z } from 'zod';
import { RefusalError } from '../../../domain/refusal';
import type { Dependencies } from '../../dependencies';
import { ProblemError } from '../../problem-error';
import { findAssets } from '../../queries/assets';
import type { WatchlistName, WatchlistRow } from '../../queries/watchlists';
import { toWatchlistResource, WatchlistResource } from '../../resources/watchlist';
import type { Answer } from '../../route';
import { isPrintable, symbol, uuid } from '../../schemas/scalars';

const name = z
  .string()
  .min(1)
  .max(64)
  .refine(isPrintable, { params: { rule: 'printable' }, error: 'only printable characters' })
  .meta({ examples: ['Primary'] });

/** Clients may send a hole in the list. */
const symbols = z
  .array(symbol.nullable())
  .transform((list) => [...new Set(list.filter((one) => one !== null))])
  .meta({ type: 'array', items: { type: 'string' } });

export const NewWatchlist = z.object({ name, symbols: symbols.nullish() });
export const WatchlistChanges = z.object({ name: name.nullish(), symbols: symbols.nullish() });
export const OneSymbol = z.object({ symbol });
export const byId = z.object({ watchlist_id: z.string().meta({ format: 'uuid' }) });
export const byName = z.object({ name });

export const WATCHLIST_ANSWER = {
  200: {
    description: 'The list as it stands',
    schema: WatchlistResource,
    example: {
      id: '6f0c9f0a-0c3b-4c53-9d0e-1f2a3b4c5d6e',
      account_id: '00000000-0000-4000-8000-000000000001',
      name: 'Primary',
      created_at: '2026-01-15T14:30:00.123456Z',
      updated_at: '2026-01-15T14:30:00.123456Z',
      assets: [],
    },
  },
};

/** An id that is no UUID names nothing, so it is answered like one that is not there. */
export function readId(text: string): WatchlistName {
  if (!uuid.safeParse(text).success) throw watchlistNotFound();
  return { id: text.toLowerCase() };
}

export function watchlistNotFound(): ProblemError {
  return new ProblemError('watchlist_not_found', 'There is no such watchlist.');
}

/**
 * The symbols of assets that were named by symbol or id.
 *
 * @throws RefusalError `asset_not_found` for the first that is none.
 * @throws ProblemError `too_many_symbols`.
 */
export async function resolveSymbols(
  { db, limits }: Dependencies,
  named: readonly string[],
): Promise<string[]> {
  refuseTooMany(limits.symbolsPerWatchlist, named.length);
  const assets = await findAssets(db, named);
  const known = new Map(
    assets.flatMap((asset) => [
      [asset.symbol, asset.symbol] as const,
      [asset.asset_id, asset.symbol] as const,
    ]),
  );
  const found = named.map((one) => {
    const ticker = known.get(one) ?? known.get(one.toLowerCase());
    if (ticker !== undefined) return ticker;
    throw new RefusalError('asset_not_found', `There is no asset ${one}.`, {
      field: 'symbol',
      symbol: one,
    });
  });
  return [...new Set(found)];
}

export function refuseTooMany(maximum: number, count: number): void {
  if (count <= maximum) return;
  throw new ProblemError('too_many_symbols', `A watchlist holds at most ${maximum} symbols.`);
}

export async function answerWatchlist(
  { db }: Dependencies,
  row: WatchlistRow | undefined,
): Promise<Answer> {
  if (row === undefined) throw watchlistNotFound();
  const assets = await findAssets(db, row.symbols);
  return { status: 200, body: toWatchlistResource(row, assets) };
}
