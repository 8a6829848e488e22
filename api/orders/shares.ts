import { formatQuantity, parseQuantity } from '../../domain/decimal';
import type { PositionRow } from '../queries/positions';

/** What a seller can have too little of, in the names of Alpaca's answer. */
export interface Shares {
  readonly symbol: string;
  readonly existing_qty: string;
  readonly held_for_orders: string;
  readonly available: string;
}

/** Decimal text without a sign, whichever side the position is on. */
export function sharesOf(position: PositionRow): Shares {
  const held = absolute(parseQuantity(position.quantity));
  const available = absolute(parseQuantity(position.quantity_available));
  return {
    symbol: position.symbol,
    existing_qty: formatQuantity(held),
    held_for_orders: formatQuantity(held - available),
    available: formatQuantity(available),
  };
}

const absolute = (quantity: bigint): bigint => (quantity < 0n ? -quantity : quantity);
