import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { nullableTimestampText } from './timestamp-text';

export type QuoteRow = Awaited<ReturnType<typeof findQuotes>>[number];

/** What is offered now; symbols nobody feeds are absent. */
export async function findQuotes(db: Kysely<Database>, symbols: readonly string[]) {
  const query = db
    .selectFrom('feed_cursors')
    .select([
      'symbol',
      'print',
      'bid_price',
      'bid_quantity',
      'ask_price',
      'ask_quantity',
      'halted',
      'paused',
      nullableTimestampText('market_at').as('market_at'),
    ])
    .orderBy('symbol');
  return (symbols.length === 0 ? query : query.where('symbol', 'in', symbols)).execute();
}
