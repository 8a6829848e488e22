import type { OrderEntry } from './entry';
import type { BookReport, ReportKind, ReportReason } from './types';

/** The report of one side of a trade; `entry.leaves` is reduced already. */
export function tradeReport(
  entry: OrderEntry,
  liquidity: 'maker' | 'taker',
  counterparty: 'market_maker' | 'user',
  price: number,
  quantity: number,
  trade: number,
): BookReport {
  return {
    kind: 'trade',
    orderId: entry.order.orderId,
    replacementId: null,
    price,
    quantity,
    leaves: entry.leaves,
    liquidity,
    counterparty,
    trade,
    reason: null,
  };
}

export function plainReport(
  kind: ReportKind,
  orderId: string,
  leaves: number,
  reason: ReportReason | null,
  replacementId: string | null = null,
): BookReport {
  return {
    kind,
    orderId,
    replacementId,
    price: 0,
    quantity: 0,
    leaves,
    liquidity: null,
    counterparty: null,
    trade: 0,
    reason,
  };
}
