import type { Unit } from '../ledger/accounts';
import type { FeeRates } from '../ledger/fees';
import { type Hold, requiredHold } from '../ledger/hold';
import { isClosed } from '../order/order';
import { leavesOf, type OrderState } from '../order/state';
import { neededByList } from './needed-by-list';

/** The rows that decide what their root must still hold. */
export interface HeldRows {
  readonly order: OrderState;
  /** Pending, or just taken, which shows in the order being `replaced`. */
  readonly replacement: OrderState | null;
  /** Every row of the order's list, as it was before; empty for an order of its own. */
  readonly list: readonly OrderState[];
}

/**
 * What the root must still hold of each unit: enough for the order, or for the one that asks to
 * take its place, whichever needs more; nothing once neither can trade.
 *
 * @param gained - What a trade of the root just brought in and its exits may have to keep.
 * @returns Never more than is held and gained: fees raised since are paid from available.
 */
export function neededHolds(
  holds: readonly Hold[],
  rows: HeldRows,
  fees: FeeRates,
  gained: { readonly unit: Unit; readonly amount: bigint } | null = null,
): Hold[] {
  return holds.map(({ unit, remaining }) => {
    const most = remaining + (gained?.unit === unit ? gained.amount : 0n);
    const needed =
      rows.list.length === 0 ? neededFor(rows, fees) : neededByList(unit, currentRows(rows), fees);
    return { unit, remaining: needed < most ? needed : most };
  });
}

function currentRows({ order, replacement, list }: HeldRows): OrderState[] {
  return list.map((row) => {
    if (row.orderId === order.orderId) return order;
    return row.orderId === replacement?.orderId ? replacement : row;
  });
}

function neededFor({ order, replacement }: HeldRows, fees: FeeRates): bigint {
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
