import { type Kysely, sql } from 'kysely';
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

/** Of those named by ticker or UUID the ones that exist, in no order. */
export async function findAssets(
  db: Kysely<Database>,
  symbolsOrIds: readonly string[],
): Promise<AssetRow[]> {
  if (symbolsOrIds.length === 0) return [];
  const ids = symbolsOrIds.filter(isAssetId);
  return selectAssets(db)
    .where((eb) =>
      eb.or([
        eb('symbol', '=', sql<string>`any(${symbolsOrIds}::text[])`),
        eb('asset_id', '=', sql<string>`any(${ids}::uuid[])`),
      ]),
    )
    .execute();
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
