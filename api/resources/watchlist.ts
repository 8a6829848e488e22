import { z } from 'zod';
import type { AssetRow } from '../queries/assets';
import type { WatchlistRow } from '../queries/watchlists';
import { timestampText, uuid } from '../schemas/scalars';
import { AssetResource, toAssetResource } from './asset';

/** A list in a list of lists, which leaves out what is in each. */
export const WatchlistSummary = z.object({
  id: uuid,
  account_id: uuid,
  name: z.string(),
  created_at: timestampText,
  updated_at: timestampText,
});
type WatchlistSummary = z.infer<typeof WatchlistSummary>;

export const WatchlistResource = z.object({
  ...WatchlistSummary.shape,
  /** In the order in which they were put there. */
  assets: z.array(AssetResource),
});
type WatchlistResource = z.infer<typeof WatchlistResource>;

export function toWatchlistSummary(row: WatchlistRow): WatchlistSummary {
  return {
    id: row.watchlist_id,
    account_id: row.account_id,
    name: row.name,
    created_at: row.created_at,
    updated_at: row.updated_at,
  };
}

/** @param assets - Of all its symbols, in any order. */
export function toWatchlistResource(
  row: WatchlistRow,
  assets: readonly AssetRow[],
): WatchlistResource {
  const bySymbol = new Map(assets.map((asset) => [asset.symbol, asset]));
  const found = row.symbols.flatMap((symbol) => bySymbol.get(symbol) ?? []);
  return { ...toWatchlistSummary(row), assets: found.map(toAssetResource) };
}
