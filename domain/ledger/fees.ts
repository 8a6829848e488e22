import { divideUp, powerOfTen, QUANTITY_SCALE } from '../decimal';

/** What a venue takes of each side: a share of the amount, and so much a share; both add up. */
export interface FeeRates {
  /** Parts per million of the amount, 0 to 100,000. */
  readonly makerPpm: number;
  readonly takerPpm: number;
  /** Of one whole share, 1e-4 USD, zero or more; absent: nothing. */
  readonly makerPerShare?: bigint;
  readonly takerPerShare?: bigint;
}

/** What was traded: cash 1e-4 and quantity 1e-9, both zero or more. */
export interface Traded {
  readonly amount: bigint;
  readonly quantity: bigint;
}

const SHARE = powerOfTen(QUANTITY_SCALE);
/** `ppm` counted in the same small pieces as a part of a share. */
const PIECES_OF_PPM = SHARE / 1_000_000n;

/** The fee of one execution in 1e-4, rounded once, half up: the half goes to the house. */
export function tradeFee(
  traded: Traded,
  liquidity: 'maker' | 'taker' | null,
  rates: FeeRates,
): bigint {
  const exact = pieces(traded, liquidity === 'maker' ? 'maker' : 'taker', rates);
  return (exact * 2n + SHARE) / (2n * SHARE);
}

/** The most that executions of this amount and quantity can cost, but for the rounding of each. */
export function worstFee(traded: Traded, rates: FeeRates): bigint {
  const [maker, taker] = [pieces(traded, 'maker', rates), pieces(traded, 'taker', rates)];
  return divideUp(maker > taker ? maker : taker, SHARE);
}

/** The exact fee in 1e-13 USD. */
function pieces(
  { amount, quantity }: Traded,
  liquidity: 'maker' | 'taker',
  { makerPpm, takerPpm, makerPerShare = 0n, takerPerShare = 0n }: FeeRates,
): bigint {
  const [ppm, perShare] =
    liquidity === 'maker' ? [makerPpm, makerPerShare] : [takerPpm, takerPerShare];
  return amount * BigInt(ppm) * PIECES_OF_PPM + quantity * perShare;
}
