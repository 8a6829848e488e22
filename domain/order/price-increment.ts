import { PRICE_SCALE, powerOfTen } from '../decimal';

const ONE = powerOfTen(PRICE_SCALE);
const CENT = ONE / 100n;
const FINEST = 1n;

/** The step prices move in, 1e-4: a cent from 1.00 up, a hundredth of one below. */
export function priceIncrement(price: bigint): bigint {
  return price >= ONE ? CENT : FINEST;
}

export function isOnIncrement(price: bigint): boolean {
  return price % priceIncrement(price) === 0n;
}
