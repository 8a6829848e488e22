import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { isAssetId } from '../schemas/scalars';

/** Everything POST /orders must know before it starts a workflow, read in one round trip. */
export interface SubmissionFacts {
  readonly epoch: number;
  readonly asset: {
    readonly symbol: string;
    readonly assetId: string;
    readonly assetClass: string;
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
  const assetColumn = isAssetId(symbolOrId) ? 'asset_id' : 'symbol';
  // Text and not a built query: each order asks for this, and building it costs as much as sending.
  const { rows } = await sql<FactsRow>`
    select a.epoch, s.symbol, s.asset_id as "assetId", s.asset_class as "assetClass",
      coalesce(s.tradable, false) as tradable,
      -- Fractions are traded where the asset has them and the owner wants them.
      coalesce(s.fractionable and coalesce(c.fractional_trading, true), false) as fractionable,
      o.order_id as "orderId", clock_timestamp() as now
    from accounts a
    left join assets s on s.${sql.raw(assetColumn)} = ${symbolOrId}
    left join orders o on o.account_id = a.account_id and o.epoch = a.epoch
      and o.client_order_id = ${clientOrderId}
    left join account_configurations c on c.account_id = a.account_id
    where a.account_id = ${accountId}`.execute(db);
  const [row] = rows;
  if (row === undefined) return null;
  const { epoch, symbol, assetId, assetClass, tradable, fractionable, orderId, now } = row;
  const asset =
    symbol === null || assetId === null || assetClass === null
      ? null
      : { symbol, assetId, assetClass, tradable, fractionable };
  return { epoch, asset, orderId, now };
}

interface FactsRow {
  readonly epoch: number;
  readonly symbol: string | null;
  readonly assetId: string | null;
  readonly assetClass: string | null;
  readonly tradable: boolean;
  readonly fractionable: boolean;
  readonly orderId: string | null;
  readonly now: Date;
}
