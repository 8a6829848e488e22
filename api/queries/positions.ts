import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';

export type PositionRow = Awaited<ReturnType<typeof findPositions>>[number];

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
      's.venue',
      'p.quantity',
      'p.cost',
      'p.realized_pnl',
      'c.print',
      sql<string>`coalesce((select b.balance from ledger_balances b where b.unit = p.symbol
        and b.account = 'user:' || p.account_id || ':' || p.epoch || ':available'), 0)`.as(
        'quantity_available',
      ),
    ])
    .where('p.account_id', '=', accountId)
    .where('p.quantity', '<>', '0');
  if (symbolOrId !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('p.symbol', '=', symbolOrId),
        eb(sql<string>`s.asset_id::text`, '=', symbolOrId.toLowerCase()),
      ]),
    );
  }
  return query.orderBy('p.symbol').execute();
}
