import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { isAssetId } from '../schemas/scalars';

export type PositionRow = Awaited<ReturnType<typeof findPositions>>[number];

/** When the trading day of the symbol's market clock began: days end at 00:00 UTC. */
const dayStart = sql`date_trunc('day', c.market_at at time zone 'UTC') at time zone 'UTC'`;

/** The last price before the market's present day; on a feed's first day its first price. */
const lastDayPrice = sql<string | null>`coalesce(
  (select b.close from bars b
    where b.symbol = p.symbol and b.start < ${dayStart} order by b.start desc limit 1),
  (select b.open from bars b where b.symbol = p.symbol order by b.start limit 1),
  c.print)`;

/** Signed, what of the symbol was held when the market's day began. */
const overnightQuantity = sql<string>`coalesce((select f.position_quantity from fills f
  where f.account_id = p.account_id and f.epoch = p.epoch and f.symbol = p.symbol
    and f.market_at < ${dayStart} order by f.settlement_sequence desc limit 1), 0)`;

/** Open positions of the present epoch by symbol, with the last price and what is not held. */
export async function findPositions(db: Kysely<Database>, accountId: string, symbolOrId?: string) {
  let query = db
    .selectFrom('positions as p')
    .innerJoin('accounts as a', (join) =>
      join.onRef('a.account_id', '=', 'p.account_id').onRef('a.epoch', '=', 'p.epoch'),
    )
    .innerJoin('assets as s', 's.symbol', 'p.symbol')
    .leftJoin('feed_cursors as c', 'c.symbol', 'p.symbol')
    .select([
      'p.symbol',
      's.asset_id',
      's.asset_class',
      's.exchange',
      's.fractionable',
      'p.quantity',
      'p.cost',
      'p.realized_pnl',
      'c.print',
      sql<string>`coalesce((select b.balance from ledger_balances b where b.unit = p.symbol
        and b.account = 'user:' || p.account_id || ':' || p.epoch || ':available'), 0)`.as(
        'quantity_available',
      ),
      lastDayPrice.as('lastday_price'),
      overnightQuantity.as('overnight_quantity'),
    ])
    .where('p.account_id', '=', accountId)
    .where('p.quantity', '<>', '0');
  if (symbolOrId !== undefined) {
    query = isAssetId(symbolOrId)
      ? query.where('s.asset_id', '=', symbolOrId.toLowerCase())
      : query.where('p.symbol', '=', symbolOrId);
  }
  return query.orderBy('p.symbol').execute();
}
