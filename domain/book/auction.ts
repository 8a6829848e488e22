import type { BookCore } from './core';
import { type OrderEntry, waitingOrders } from './entry';
import { cancelEntry } from './trade';
import type { BookOrder, BookReport } from './types';

/**
 * Orders for the open (`opg`) and the close (`cls`). There is no single price: in that one step
 * they trade like others, each after the one before it, and what is left of them is canceled.
 */

export function auctionOf({ timeInForce }: BookOrder): 'opg' | 'cls' | null {
  return timeInForce === 'opg' || timeInForce === 'cls' ? timeInForce : null;
}

/** True for orders that wait while others trade. */
export function waitsForAuction(order: BookOrder): boolean {
  return auctionOf(order) !== null;
}

/** Cancels what the step left of its orders. */
export function closeAuction(
  core: BookCore,
  entries: readonly OrderEntry[],
  reports: BookReport[],
): void {
  for (const entry of entries) {
    if (entry.state !== 'gone') cancelEntry(core, entry, reports, 'auction_unfilled');
  }
}

/** Cancels all that wait for an open or close that a halt prevents. */
export function cancelAuction(core: BookCore, auction: 'opg' | 'cls', reports: BookReport[]): void {
  for (const entry of waitingOrders(core.waiting)) {
    if (auctionOf(entry.order) === auction) cancelEntry(core, entry, reports, 'symbol_halted');
  }
}
