import { sql } from 'kysely';
import type { OrderInstruction } from '../../workflows/contract';
import { orderIdOf } from '../../platform/identity';
import type { SettleInput } from '../../activities/settle-executions';
import type { EdgeDatabase } from './edge-database';

/** One resting buy for each of `count` accounts, far below the quote. */
export function createInstructions(database: EdgeDatabase, count: number): OrderInstruction[] {
  return database.accountIds.slice(0, count).map((accountId, index) => {
    const clientOrderId = `edge-${index}`;
    return {
      orderId: orderIdOf(accountId, 1, clientOrderId),
      accountId,
      epoch: 1,
      clientOrderId,
      fingerprint: 'edge',
      requestId: 'edge',
      symbol: database.symbols[index % database.symbols.length] ?? '',
      side: 'buy',
      type: 'limit',
      timeInForce: 'gtc',
      quantity: '1',
      limitPrice: '99.00',
      stopPrice: null,
      postOnly: false,
      extendedHours: false,
      acceptBefore: null,
    };
  });
}

export const toSettleInput = ({ orderId, accountId, symbol }: OrderInstruction): SettleInput => ({
  rootId: orderId,
  accountId,
  symbol,
});

/** Writes what the book would report had it filled every one of these orders. */
export async function reportFills(
  { db }: EdgeDatabase,
  orders: readonly OrderInstruction[],
): Promise<void> {
  await sql`
    insert into execution_reports (report_id, symbol, sequence, trade_id, order_id, root_id,
      account_id, kind, price, quantity, amount, fee, leaves, liquidity, counterparty, tick_index,
      market_at)
    select o.symbol || '-' || n.n, o.symbol, n.n, o.symbol || '-' || n.n, o.order_id, o.root_id,
      o.account_id, 'trade', 99, 1, 99, 0, 0, 'maker', 'market_maker', 1, now()
    from unnest(${orders.map(({ orderId }) => orderId)}::uuid[]) with ordinality as n(order_id, n)
    join orders o on o.order_id = n.order_id`.execute(db);
}
