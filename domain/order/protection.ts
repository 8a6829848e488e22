import { MAX_BOOK_PRICE } from '../book/types';
import { divideUp } from '../decimal';
import type { OrderType, Side } from './order';
import { priceIncrement } from './price-increment';

/** How far through the market an order without a limit may trade where no limit is set: 5 %. */
export const DEFAULT_COLLAR_PPM = 50_000;

const MILLION = 1_000_000n;
const MAX_PRICE = BigInt(MAX_BOOK_PRICE);

export interface ProtectionTerms {
  readonly side: Side;
  readonly type: OrderType;
  readonly stopPrice: bigint | null;
  /** Of a trailing stop: 1e-4, or millionths. */
  readonly trailPrice?: bigint | null;
  readonly trailPpm?: number | null;
}

/** Orders with a limit need no protection: they carry their own. */
export function needsProtection(type: OrderType): boolean {
  return type !== 'limit' && type !== 'stop_limit';
}

/**
 * The worst price an order without a limit may trade at: a collar away from its stop, from where a
 * trailing stop begins (it only ever moves the other way), or from the last price. On an increment,
 * rounded towards that reference, so the collar is never exceeded.
 *
 * @param last - The last print; 1e-4.
 * @param collarPpm - 1 to 999,999.
 * @returns `null` if the order has a limit, or there is no price to start from.
 */
export function protectionPrice(
  terms: ProtectionTerms,
  last: bigint | null,
  collarPpm: number,
): bigint | null {
  if (!needsProtection(terms.type)) return null;
  const reference = terms.stopPrice ?? firstTrailingStop(terms, last) ?? last;
  return reference === null ? null : collarBound(terms.side, reference, collarPpm);
}

function firstTrailingStop(
  { side, trailPrice = null, trailPpm = null }: ProtectionTerms,
  last: bigint | null,
): bigint | null {
  if (last === null) return null;
  const distance = trailPpm === null ? trailPrice : divideUp(last * BigInt(trailPpm), MILLION);
  if (distance === null) return null;
  if (side === 'buy') return last + distance;
  const stop = last - distance;
  return stop > 0n ? stop : 1n;
}

/**
 * The reference moved by the collar against the order's owner, on an increment, and no higher than
 * any price may be: beyond that the book would not take the order.
 */
export function collarBound(side: Side, reference: bigint, collarPpm: number): bigint {
  const collar = BigInt(collarPpm);
  if (side === 'buy') {
    const exact = (reference * (MILLION + collar)) / MILLION;
    const bound = exact < MAX_PRICE ? exact : MAX_PRICE;
    return bound - (bound % priceIncrement(bound));
  }
  const numerator = reference * (MILLION - collar);
  const bound = (numerator + MILLION - 1n) / MILLION;
  const increment = priceIncrement(bound);
  return ((bound + increment - 1n) / increment) * increment;
}
