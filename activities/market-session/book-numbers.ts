/**
 * The book counts in safe integers (price 1e-4, quantity 1e-9 shares); rows and messages carry
 * decimal text. This is the border between the two.
 */
import { parsePrice, parseQuantity, PRICE_SCALE, QUANTITY_SCALE } from '../../domain/decimal';
import { MAX_BOOK_PRICE, MAX_BOOK_QUANTITY } from '../../domain/book/types';

/** @throws RangeError if the text is no price above zero that the book can hold. */
export function toBookPrice(text: string): number {
  return bounded(parsePrice(text), 1, MAX_BOOK_PRICE, 'price');
}

/** @throws RangeError if the text is no quantity above zero that the book can hold. */
export function toBookQuantity(text: string): number {
  return bounded(parseQuantity(text), 1, MAX_BOOK_QUANTITY, 'quantity');
}

/** As `toBookQuantity`, but zero passes: nothing executed yet. */
export function toExecutedQuantity(text: string): number {
  return bounded(parseQuantity(text), 0, MAX_BOOK_QUANTITY, 'quantity');
}

export const toPriceText = (price: number): string => toText(price, PRICE_SCALE);
export const toQuantityText = (quantity: number | bigint): string =>
  toText(quantity, QUANTITY_SCALE);

/** An amount of money in 1e-4 as decimal text. */
export const toCashText = (amount: bigint): string => toText(amount, PRICE_SCALE);

/** A sum of price x quantity in 1e-13 as decimal text. */
export const toNotionalText = (notional: bigint): string =>
  toText(notional, PRICE_SCALE + QUANTITY_SCALE);

/** Zeros at the end stay: the columns have a fixed scale, and cutting costs more than it saves. */
function toText(units: number | bigint, scale: number): string {
  const digits = String(units).padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function bounded(units: bigint, least: number, most: number, what: string): number {
  if (units < BigInt(least) || units > BigInt(most)) {
    throw new RangeError(`${what} of ${units} units is outside ${least}..${most}`);
  }
  return Number(units);
}
