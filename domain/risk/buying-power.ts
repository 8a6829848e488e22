import type { RiskAccount } from './input';

/**
 * What new orders may hold, 1e-4.
 *
 * A cash account has its available cash. In a margin account buying power is no balance: it is
 * the equity that no position ties up, times the multiplier, less what open orders hold.
 *
 * @returns Zero or more.
 */
export function buyingPower(
  account: Pick<RiskAccount, 'availableCash' | 'margin' | 'multiplier'>,
): bigint {
  const { margin } = account;
  if (account.multiplier === 1 || margin === null) return atLeastZero(account.availableCash);
  const free = atLeastZero(margin.equity - margin.initialMargin);
  return atLeastZero(free * BigInt(account.multiplier) - margin.heldCash);
}

function atLeastZero(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
