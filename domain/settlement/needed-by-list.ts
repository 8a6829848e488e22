import type { Unit } from '../ledger/accounts';
import type { FeeRates } from '../ledger/fees';
import { requiredHold } from '../ledger/hold';
import { isClosed, LIST_ROLES, type ListRole } from '../order/order';
import { leavesOf, type OrderState } from '../order/state';

/**
 * What an order list must hold of a unit: what its entry can still cost, and what the dearer of
 * its exits can, because only one of them trades in the end.
 *
 * @param rows - Every row of the list, replaced ones included.
 */
export function neededByList(unit: Unit, rows: readonly OrderState[], fees: FeeRates): bigint {
  const [entry, ...exits] = LIST_ROLES.map((role) => memberOf(rows, role));
  const executed = entry?.row.filledQuantity ?? 0n;
  const left = leastLeft(exits);
  const forExits = exits.map((exit) => neededByExit(unit, exit, { executed, left }, fees));
  const dearer = forExits.reduce((most, needed) => (needed > most ? needed : most), 0n);
  return neededByEntry(unit, entry, fees) + dearer;
}

/** A place in the list: the row that has it, and the one that asks for it. */
interface Member {
  readonly row: OrderState;
  readonly pending: OrderState | null;
}

function memberOf(rows: readonly OrderState[], role: ListRole): Member | undefined {
  const own = rows.filter(({ listRole }) => listRole === role);
  let row = own.find(({ replaces }) => replaces === null);
  for (let next = row; next !== undefined;) {
    row = next;
    const { replacedBy } = next;
    next = own.find(({ orderId }) => orderId === replacedBy);
  }
  if (row === undefined) return undefined;
  const { orderId } = row;
  const pending = own.find(({ replaces, status }) => replaces === orderId && !isClosed(status));
  return { row, pending: pending ?? null };
}

function neededByEntry(unit: Unit, entry: Member | undefined, fees: FeeRates): bigint {
  if (entry === undefined) return 0n;
  return worstOf(unit, entry, leavesOf(entry.row), fees);
}

/**
 * What one exit executes the other loses, in a report of its own that comes behind: what is held
 * between the two is for the lesser, or the shares just sold would have to be there twice.
 */
function leastLeft(exits: readonly (Member | undefined)[]): bigint | null {
  return exits.reduce<bigint | null>((least, exit) => {
    if (exit === undefined) return least;
    const left = leavesOf(exit.row);
    return least === null || left < least ? left : least;
  }, null);
}

/**
 * A held exit that sells needs what its entry bought so far; one that buys needs all it could ever
 * cost, because the entry's proceeds are free at once.
 */
function neededByExit(
  unit: Unit,
  exit: Member | undefined,
  { executed, left }: { readonly executed: bigint; readonly left: bigint | null },
  fees: FeeRates,
): bigint {
  if (exit === undefined || isClosed(exit.row.status)) return 0n;
  const { row } = exit;
  const waits = row.status === 'held' && row.side === 'sell';
  const own = waits ? executed : leavesOf(row);
  return worstOf(unit, exit, left === null || own < left ? own : left, fees);
}

function worstOf(unit: Unit, { row, pending }: Member, leaves: bigint, fees: FeeRates): bigint {
  if (leaves <= 0n) return 0n;
  return [row, pending].reduce((most, order) => {
    if (order === null) return most;
    const { unit: own, amount } = requiredHold(order, leaves, fees);
    return own === unit && amount > most ? amount : most;
  }, 0n);
}
