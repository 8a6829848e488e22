/**
 * Exact numbers: `bigint` in a fixed scale inside, decimal text outside. No float ever holds
 * money, a price or a quantity.
 */

/** Digits after the point of each kind of number; `1e-scale` is one unit. */
export const PRICE_SCALE = 4;
export const CASH_SCALE = 4;
export const QUANTITY_SCALE = 9;
export const COST_SCALE = 12;

const DECIMAL_TEXT = /^([+-]?)(\d+)(?:\.(\d+))?$/;
const POWERS = Array.from({ length: 40 }, (_, exponent) => 10n ** BigInt(exponent));

/** Ten to the power of `exponent`, 0 to 39. */
export function powerOfTen(exponent: number): bigint {
  const power = POWERS[exponent];
  if (power === undefined) throw new RangeError(`exponent ${exponent} is outside 0..39`);
  return power;
}

/**
 * Reads plain decimal text (`-12.34`, no exponent, no spaces) into units of `1e-scale`.
 *
 * @throws RangeError if the text is no decimal or carries more digits than the scale keeps;
 *   trailing zeros beyond the scale are allowed.
 */
export function parseDecimal(text: string, scale: number): bigint {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) throw new RangeError(`not a decimal number: ${JSON.stringify(text)}`);
  const [, sign, whole = '', fraction = ''] = match;
  const kept = fraction.slice(0, scale).padEnd(scale, '0');
  if (/[1-9]/.test(fraction.slice(scale))) {
    throw new RangeError(`more than ${scale} digits after the point: ${text}`);
  }
  const units = BigInt(whole + kept);
  return sign === '-' ? -units : units;
}

/** Writes units of `1e-scale` as the shortest decimal text that `parseDecimal` reads back. */
export function formatDecimal(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  const fraction = digits.slice(point).replace(/0+$/, '');
  const text = fraction === '' ? digits.slice(0, point) : `${digits.slice(0, point)}.${fraction}`;
  return units < 0n ? `-${text}` : text;
}

export const parsePrice = (text: string): bigint => parseDecimal(text, PRICE_SCALE);
export const formatPrice = (units: bigint): string => formatDecimal(units, PRICE_SCALE);
export const parseCash = (text: string): bigint => parseDecimal(text, CASH_SCALE);
export const formatCash = (units: bigint): string => formatDecimal(units, CASH_SCALE);
export const parseQuantity = (text: string): bigint => parseDecimal(text, QUANTITY_SCALE);
export const formatQuantity = (units: bigint): string => formatDecimal(units, QUANTITY_SCALE);
export const parseCost = (text: string): bigint => parseDecimal(text, COST_SCALE);
export const formatCost = (units: bigint): string => formatDecimal(units, COST_SCALE);

/**
 * Divides with the half rounded to the even neighbour, so rounding does not drift over many fills.
 *
 * @param denominator - Greater than zero.
 * @throws RangeError if `denominator` is not positive: a caller's bug, not a refusal.
 * @see IEEE 754-2019 §4.3.1, roundTiesToEven.
 */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError('denominator must be positive');
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  let quotient = magnitude / denominator;
  const twice = (magnitude % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) quotient += 1n;
  return negative ? -quotient : quotient;
}

/**
 * Divides and rounds away from zero, as holds do: never too little is held.
 *
 * @param numerator - Zero or more.
 * @param denominator - Greater than zero.
 */
export function divideUp(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n || numerator < 0n) throw new RangeError('divideUp takes 0.. over 1..');
  return (numerator + denominator - 1n) / denominator;
}

/** price (1e-4) x quantity (1e-9) as cash (1e-4), half-even: what a trade costs. */
export function tradeAmount(price: bigint, quantity: bigint): bigint {
  return divideHalfEven(price * quantity, powerOfTen(QUANTITY_SCALE));
}
