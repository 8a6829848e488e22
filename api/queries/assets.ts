import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { isAssetId } from '../schemas/scalars';

export type AssetRow = Awaited<ReturnType<typeof listAssets>>[number];

function selectAssets(db: Kysely<Database>) {
  return db
    .selectFrom('assets')
    .select([
      'symbol',
      'asset_id',
      'name',
      'exchange',
      'asset_class',
      'tradable',
      'shortable',
      'fractionable',
      'source',
    ]);
}

/** Every asset, by symbol: a venue has hundreds, not millions. */
export async function listAssets(db: Kysely<Database>) {
  return selectAssets(db).orderBy('symbol').execute();
}

/** @param symbolOrId - A ticker, or the asset's UUID. */
export async function findAsset(
  db: Kysely<Database>,
  symbolOrId: string,
): Promise<AssetRow | undefined> {
  const query = isAssetId(symbolOrId)
    ? selectAssets(db).where('asset_id', '=', symbolOrId.toLowerCase())
    : selectAssets(db).where('symbol', '=', symbolOrId);
  return query.executeTakeFirst();
}
