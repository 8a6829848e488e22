import type { RiskAccount } from './input';

/**
 * What new orders may hold, 1e-4.
 *
 * A cash account has its available cash. In a margin account buying power is no balance: it is
 * the equity that no position ties up, times the multiplier, less what open orders hold; and never
 * more than its credit allows.
 *
 * @returns Zero or more.
 */
export function buyingPower(
  account: Pick<RiskAccount, 'availableCash' | 'creditLimit' | 'margin' | 'multiplier'>,
): bigint {
  const { margin } = account;
  if (account.multiplier === 1 || margin === null) return atLeastZero(account.availableCash);
  const free = atLeastZero(margin.equity - margin.initialMargin);
  const power = atLeastZero(free * BigInt(account.multiplier) - margin.heldCash);
  const limit = spendableCash(account);
  return power < limit ? power : limit;
}

/** What the ledger lets the account hold: its available cash and its credit. Zero or more. */
export function spendableCash({
  availableCash,
  creditLimit,
}: Pick<RiskAccount, 'availableCash' | 'creditLimit'>): bigint {
  return atLeastZero(availableCash + creditLimit);
}

function atLeastZero(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
