import type { FeeRates } from '../ledger/fees';
import { type Hold, requiredHold } from '../ledger/hold';
import { isClosed } from '../order/order';
import { leavesOf, type OrderState } from '../order/state';

/**
 * What the root must still hold: enough for the order, or for the one that asks to take its
 * place, whichever needs more; nothing once neither can trade.
 *
 * @param replacement - Pending, or just taken, which shows in the order being `replaced`.
 * @returns Never more than is held: fees raised since the hold was taken are paid from available.
 */
export function neededHold(
  hold: Hold,
  order: OrderState,
  replacement: OrderState | null,
  fees: FeeRates,
): bigint {
  const needed = neededFor(order, replacement, fees);
  return needed < hold.remaining ? needed : hold.remaining;
}

function neededFor(order: OrderState, replacement: OrderState | null, fees: FeeRates): bigint {
  if (order.status === 'replaced') {
    return replacement === null ? 0n : required(replacement, leavesOf(replacement), fees);
  }
  // A replacement of an order that is closed in any other way cannot come to life.
  if (isClosed(order.status)) return 0n;
  const own = required(order, leavesOf(order), fees);
  if (replacement === null || isClosed(replacement.status)) return own;
  const next = required(replacement, replacement.quantity - order.filledQuantity, fees);
  return next > own ? next : own;
}

function required(order: OrderState, leaves: bigint, fees: FeeRates): bigint {
  return leaves <= 0n ? 0n : requiredHold(order, leaves, fees).amount;
}
