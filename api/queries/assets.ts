import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';

export type AssetRow = Awaited<ReturnType<typeof listAssets>>[number];

function selectAssets(db: Kysely<Database>) {
  return db
    .selectFrom('assets')
    .select([
      'symbol',
      'asset_id',
      'name',
      'venue',
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
  return selectAssets(db)
    .where((eb) =>
      eb.or([
        eb('symbol', '=', symbolOrId),
        eb(sql<string>`asset_id::text`, '=', symbolOrId.toLowerCase()),
      ]),
    )
    .executeTakeFirst();
}
