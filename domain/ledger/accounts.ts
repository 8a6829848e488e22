/**
 * Names of ledger accounts. A user has two per unit: what is free and what is held for open
 * orders. House accounts are shared by all and carry no balance row; theirs is a sum.
 */

export const USD = 'USD';
/** `USD` in 1e-4, or a symbol in 1e-9 shares. */
export type Unit = string;

export interface Owner {
  readonly accountId: string;
  /** Counts the account's resets; each starts with ledger accounts of its own. */
  readonly epoch: number;
}

export const FEES = 'fees';
/** Bears what fills of tiny quantities cost beyond hold and available cash. */
export const ROUNDING = 'rounding';
export const DEPOSITS = 'deposits';
/** Takes over what an account still had when it was reset. */
export const ARCHIVE = 'archive';

export function userAccount(owner: Owner, part: 'available' | 'held'): string {
  return `user:${owner.accountId}:${owner.epoch}:${part}`;
}

/** The other side of every trade with the feed's quote. */
export const marketMakerAccount = (symbol: string): string => `market_maker:${symbol}`;

/** Stands between two users, who settle apart; 0 when both have. */
export const clearingAccount = (symbol: string): string => `clearing:${symbol}`;

export function isUserAccount(account: string): boolean {
  return account.startsWith('user:');
}
