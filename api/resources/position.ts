import { z } from 'zod';
import {
  COST_SCALE,
  divideHalfEven,
  formatCash,
  formatCost,
  formatDecimal,
  formatPrice,
  formatQuantity,
  parseCost,
  parsePrice,
  parseQuantity,
  powerOfTen,
  CASH_SCALE,
} from '../../domain/decimal';
import {
  averageEntryPrice,
  intradayPnl,
  marketValue,
  type Position,
  unrealizedPnl,
} from '../../domain/position';
import type { PositionRow } from '../queries/positions';
import { decimalText, uuid } from '../schemas/scalars';

/** A position as Alpaca's clients know it; prices are null until the feed has printed one. */
export const PositionResource = z.object({
  asset_id: uuid,
  symbol: z.string(),
  exchange: z.string(),
  asset_class: z.string(),
  asset_marginable: z.boolean(),
  qty: decimalText,
  qty_available: decimalText,
  avg_entry_price: decimalText,
  side: z.enum(['long', 'short']),
  market_value: decimalText.nullable(),
  cost_basis: decimalText,
  unrealized_pl: decimalText.nullable(),
  unrealized_plpc: decimalText.nullable(),
  unrealized_intraday_pl: decimalText.nullable(),
  unrealized_intraday_plpc: decimalText.nullable(),
  current_price: decimalText.nullable(),
  lastday_price: decimalText.nullable(),
  change_today: decimalText.nullable(),
  realized_pl: decimalText,
});
export type PositionResource = z.infer<typeof PositionResource>;

/** Digits of an average and of a ratio, which have no last digit. */
const RATIO_SCALE = 6;

export function toPositionResource(row: PositionRow): PositionResource {
  const position = positionOf(row);
  const price = row.print === null ? null : parsePrice(row.print);
  const profit = price === null ? null : unrealizedPnl(position, price);
  const profitText = profit === null ? null : formatCash(roundToCash(profit));
  const ratio = profit === null ? null : ratioOf(profit, position.cost);
  const lastDay = row.lastday_price === null ? null : parsePrice(row.lastday_price);
  const overnight = parseQuantity(row.overnight_quantity);
  const intraday = profit === null ? null : intradayPnl(position, profit, overnight, lastDay);
  return {
    asset_id: row.asset_id,
    symbol: row.symbol,
    exchange: row.exchange,
    asset_class: row.asset_class,
    asset_marginable: true,
    qty: formatQuantity(position.quantity),
    qty_available: formatQuantity(parseQuantity(row.quantity_available)),
    avg_entry_price: formatDecimal(averageEntryPrice(position, RATIO_SCALE), RATIO_SCALE),
    side: position.quantity < 0n ? 'short' : 'long',
    market_value: price === null ? null : formatCash(roundToCash(marketValue(position, price))),
    cost_basis: formatCost(position.cost),
    unrealized_pl: profitText,
    unrealized_plpc: ratio,
    unrealized_intraday_pl: intraday === null ? null : formatCash(roundToCash(intraday)),
    unrealized_intraday_plpc: intraday === null ? null : ratioOf(intraday, position.cost),
    current_price: price === null ? null : formatPrice(price),
    lastday_price: lastDay === null ? null : formatPrice(lastDay),
    change_today: price === null || lastDay === null ? null : ratioOf(price - lastDay, lastDay),
    realized_pl: formatCash(roundToCash(position.realizedPnl)),
  };
}

export function positionOf(row: PositionRow): Position {
  return {
    quantity: parseQuantity(row.quantity),
    cost: parseCost(row.cost),
    realizedPnl: parseCost(row.realized_pnl),
  };
}

/** From a cost's twelve digits to the four of money, half-even. */
export function roundToCash(cost: bigint): bigint {
  return divideHalfEven(cost, powerOfTen(COST_SCALE - CASH_SCALE));
}

function ratioOf(profit: bigint, cost: bigint): string | null {
  const magnitude = cost < 0n ? -cost : cost;
  if (magnitude === 0n) return null;
  return formatDecimal(divideHalfEven(profit * powerOfTen(RATIO_SCALE), magnitude), RATIO_SCALE);
}
