import { MAX_BOOK_PRICE } from '../book/types';
import { formatPrice } from '../decimal';
import { isOnIncrement, priceIncrement } from './price-increment';
import type { Objection } from './terms';

const MAX_PRICE = BigInt(MAX_BOOK_PRICE);

/** @param price - 1e-4; `null` is no price, which another rule judges. */
export function checkPrice(field: string, price: bigint | null): Objection[] {
  if (price === null) return [];
  if (price <= 0n || price > MAX_PRICE) {
    const message = `${field} must be above 0 and at most ${formatPrice(MAX_PRICE)}`;
    return [{ code: 'invalid_price', field, rule: 'price_range', message }];
  }
  if (isOnIncrement(price)) return [];
  const increment = formatPrice(priceIncrement(price));
  const message = `${field} must be a multiple of ${increment}`;
  return [{ code: 'invalid_price_increment', field, rule: 'price_increment', message }];
}
