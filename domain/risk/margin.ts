import { divideUp } from '../decimal';

/** Of the absolute value of all positions, as Alpaca's accounts need it overnight. */
export const MAINTENANCE_PERCENT = 30n;
/** So much more than the shortfall is reduced that the next small move is no new call. */
const MARGIN_OF_SAFETY_PERCENT = 5n;

/** What an account has, at the newest prices; cash 1e-4. */
export interface MarginState {
  /** Available and held; below zero where it has borrowed. */
  readonly cash: bigint;
  readonly holdings: readonly Holding[];
}

export interface Holding {
  readonly symbol: string;
  /** Signed, 1e-9; never 0. */
  readonly quantity: bigint;
  /** Signed like the quantity, 1e-4. */
  readonly value: bigint;
}

export interface MarginStanding {
  readonly equity: bigint;
  /** Least equity that its positions need. */
  readonly requirement: bigint;
}

/** One market order that makes a position smaller. */
export interface Reduction {
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  /** 1e-9; whole shares unless it closes the position. */
  readonly quantity: bigint;
}

const ONE_SHARE = 1_000_000_000n;

function maintenanceRequirement(grossValue: bigint): bigint {
  return divideUp(grossValue * MAINTENANCE_PERCENT, 100n);
}

export function marginStanding({ cash, holdings }: MarginState): MarginStanding {
  const net = holdings.reduce((sum, { value }) => sum + value, 0n);
  const gross = holdings.reduce((sum, { value }) => sum + magnitude(value), 0n);
  return { equity: cash + net, requirement: maintenanceRequirement(gross) };
}

/**
 * What to close so that the rest is covered: a trade at the market leaves equity as it is and
 * takes its share off the requirement. The largest positions go first, because they are fewest
 * orders.
 *
 * @returns Empty if the account is covered; everything it has if nothing less would do.
 */
export function planReductions(state: MarginState): Reduction[] {
  const { equity, requirement } = marginStanding(state);
  const shortfall = requirement - equity;
  if (shortfall <= 0n) return [];
  const safe = shortfall * (100n + MARGIN_OF_SAFETY_PERCENT);
  let left = divideUp(safe, MAINTENANCE_PERCENT);
  const largestFirst = [...state.holdings].sort((a, b) => {
    const difference = magnitude(b.value) - magnitude(a.value);
    if (difference !== 0n) return difference > 0n ? 1 : -1;
    return a.symbol < b.symbol ? -1 : 1;
  });
  const reductions: Reduction[] = [];
  for (const holding of largestFirst) {
    if (left <= 0n) break;
    reductions.push(reduce(holding, left));
    left -= magnitude(holding.value);
  }
  return reductions;
}

function reduce({ symbol, quantity, value }: Holding, wanted: bigint): Reduction {
  const side = quantity > 0n ? 'sell' : 'buy';
  const [size, worth] = [magnitude(quantity), magnitude(value)];
  // What is worth nothing frees nothing, so all of it goes.
  const exact = worth === 0n ? size : divideUp(size * wanted, worth);
  const whole = divideUp(exact, ONE_SHARE) * ONE_SHARE;
  return { symbol, side, quantity: whole < size ? whole : size };
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
