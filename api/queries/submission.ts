import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { isAssetId } from '../schemas/scalars';

/** Everything POST /orders must know before it starts a workflow, read in one round trip. */
export interface SubmissionFacts {
  readonly epoch: number;
  readonly asset: {
    readonly symbol: string;
    readonly assetId: string;
    readonly tradable: boolean;
    readonly fractionable: boolean;
  } | null;
  /** The order that has this client_order_id already. */
  readonly orderId: string | null;
  /** Postgres' clock when this was read. */
  readonly now: Date;
}

/**
 * @param symbolOrId - A ticker, or the UUID of an asset.
 * @returns `null` when the account does not exist.
 */
export async function findSubmissionFacts(
  db: Kysely<Database>,
  accountId: string,
  symbolOrId: string,
  clientOrderId: string,
): Promise<SubmissionFacts | null> {
  const isId = isAssetId(symbolOrId);
  const row = await db
    .selectFrom('accounts as a')
    .leftJoin('assets as s', (join) =>
      isId
        ? join.on('s.asset_id', '=', symbolOrId)
        : join.on('s.symbol', '=', sql<string>`${symbolOrId}`),
    )
    .leftJoin('orders as o', (join) =>
      join
        .onRef('o.account_id', '=', 'a.account_id')
        .onRef('o.epoch', '=', 'a.epoch')
        .on('o.client_order_id', '=', clientOrderId),
    )
    .leftJoin('account_configurations as c', 'c.account_id', 'a.account_id')
    .select(['a.epoch', 's.symbol', 's.asset_id', 's.tradable', 'o.order_id'])
    // Fractions are traded where the asset has them and the owner wants them.
    .select(
      sql<boolean | null>`s.fractionable and coalesce(c.fractional_trading, true)`.as(
        'fractionable',
      ),
    )
    .select(sql<Date>`clock_timestamp()`.as('now'))
    .where('a.account_id', '=', accountId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { epoch, symbol, asset_id: assetId, tradable, fractionable, now } = row;
  const asset =
    symbol === null || assetId === null
      ? null
      : { symbol, assetId, tradable: tradable ?? false, fractionable: fractionable ?? false };
  return { epoch, asset, orderId: row.order_id, now };
}
