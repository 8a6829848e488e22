import type { Owner } from '../ledger/accounts';
import type { FeeRates } from '../ledger/fees';
import type { Hold } from '../ledger/hold';
import type { Journal } from '../ledger/journal';
import type { OrderEvent } from '../order/events';
import { isClosed } from '../order/order';
import type { OrderState } from '../order/state';
import type { Transition } from '../order/transitions';
import type { Position } from '../position';
import { settleReport } from './settle';
import type { ExecutionReport, Fill, Settlement, SettlementState } from './types';

/** One account in one symbol: what settling its reports reads and changes. */
export interface AccountState {
  readonly owner: Owner;
  /** By order id: the rows that reports name, and every open row of their roots. */
  readonly orders: ReadonlyMap<string, OrderState>;
  /** By root id, one a unit. */
  readonly holds: ReadonlyMap<string, readonly Hold[]>;
  readonly position: Position;
  /** 1e-4. */
  readonly availableCash: bigint;
  readonly fees: FeeRates;
}

export interface AccountSettlement {
  readonly state: AccountState;
  /** In book order, as the events and fills are. */
  readonly journals: readonly Journal[];
  readonly transitions: readonly Transition[];
  readonly events: readonly OrderEvent[];
  readonly fills: readonly Fill[];
  /** Rows that differ from before, each once. */
  readonly changedOrders: readonly string[];
  readonly changedRoots: readonly string[];
}

/**
 * Settles reports of one account and symbol in book order. Any grouping of the same reports gives
 * the same state and the same lines.
 *
 * @throws Error if a report names a row or root that was not given, or cannot follow: a bug.
 */
export function settleReports(
  state: AccountState,
  reports: readonly ExecutionReport[],
): AccountSettlement {
  const orders = new Map(state.orders);
  const holds = new Map(state.holds);
  const replacements = pendingReplacements(orders.values());
  let { position, availableCash } = state;
  const done: Settlement[] = [];
  const changedOrders = new Set<string>();
  const changedRoots = new Set<string>();
  for (const report of reports) {
    const order = required(orders.get(report.orderId), report);
    const held = required(holds.get(order.rootId), report);
    const pending = replacements.get(order.orderId);
    const replacement = pending === undefined ? null : required(orders.get(pending), report);
    const { owner, fees } = state;
    const before: SettlementState = {
      owner,
      order,
      replacement,
      list: order.listRole === null ? [] : rowsOf(orders, order.rootId),
      holds: held,
      position,
      availableCash,
      fees,
    };
    const after = settleReport(before, report);
    for (const { orderId } of after.transitions) changedOrders.add(orderId);
    orders.set(after.order.orderId, after.order);
    if (after.replacement !== null) orders.set(after.replacement.orderId, after.replacement);
    if (isChanged(held, after.holds)) changedRoots.add(order.rootId);
    holds.set(order.rootId, after.holds);
    ({ position, availableCash } = after);
    done.push(after);
  }
  return {
    state: { ...state, orders, holds, position, availableCash },
    journals: done.flatMap(({ journals }) => journals),
    transitions: done.flatMap(({ transitions }) => transitions),
    events: done.flatMap(({ events }) => events),
    fills: done.flatMap(({ fills }) => fills),
    changedOrders: [...changedOrders],
    changedRoots: [...changedRoots],
  };
}

function rowsOf(orders: ReadonlyMap<string, OrderState>, rootId: string): OrderState[] {
  return [...orders.values()].filter((order) => order.rootId === rootId);
}

function isChanged(before: readonly Hold[], after: readonly Hold[]): boolean {
  return before.some(({ remaining }, index) => remaining !== after[index]?.remaining);
}

/** Which open row asks to take the place of which, by the id of the one replaced. */
function pendingReplacements(orders: Iterable<OrderState>): Map<string, string> {
  const pending = new Map<string, string>();
  for (const { replaces, orderId, status } of orders) {
    if (replaces !== null && !isClosed(status)) pending.set(replaces, orderId);
  }
  return pending;
}

function required<T>(found: T | undefined, report: ExecutionReport): T {
  if (found === undefined) throw new Error(`report ${report.reportId} names an unknown order`);
  return found;
}
