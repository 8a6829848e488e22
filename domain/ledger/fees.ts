import { divideUp } from '../decimal';

/** What a venue takes of the amount, in parts per million, 0 to 100,000. */
export interface FeeRates {
  readonly makerPpm: number;
  readonly takerPpm: number;
}

const MILLION = 1_000_000n;

/**
 * The fee of one execution in 1e-4, half up: the half goes to the house.
 *
 * @param amount - Zero or more, 1e-4.
 */
export function tradeFee(amount: bigint, ppm: number): bigint {
  return (amount * BigInt(ppm) * 2n + MILLION) / (2n * MILLION);
}

/** The most that executions of this amount can cost, but for the rounding of each. */
export function worstFee(amount: bigint, rates: FeeRates): bigint {
  return divideUp(amount * BigInt(Math.max(rates.makerPpm, rates.takerPpm)), MILLION);
}
