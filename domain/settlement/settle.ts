/**
 * Settling: what one report of the book does to the order, its hold, the ledger and the position.
 *
 * The contract:
 * - It is a pure function of rows and one report, so a transaction that reads the rows under the
 *   account's lock, folds the unsettled reports in book order and writes the result books each
 *   report once, however often and in whatever groups it runs.
 * - Journals sum to zero per unit and are keyed by the report's id and purpose.
 * - After each report the hold is what the open part of the root can still cost, the larger of
 *   old and new while a replace waits for its answer; 0 to the last unit when nothing is open.
 * - Every change of status gives one transition and one event, in the same place of their lists.
 * - `cancel_rejected` on a closed order changes nothing, and `replace_rejected` on one closes only
 *   the replacement: the order was faster than the request. Any other report for a closed order,
 *   or one that disagrees about what is left open, is a bug and throws.
 */
import type { ReportKind } from '../book/types';
import { USD } from '../ledger/accounts';
import { releaseJournal } from '../ledger/journal';
import { type Advance, advanceOrder } from '../order/advance';
import { isClosed } from '../order/order';
import { leavesOf, type OrderState } from '../order/state';
import { neededHolds } from './needed-hold';
import { freedBetween, settleTrade } from './trade';
import type { ExecutionReport, Settlement, SettlementState } from './types';

type Settle = (state: SettlementState, report: ExecutionReport) => Settlement;

const SETTLE: Readonly<Record<ReportKind, Settle>> = {
  trade: settleTrade,
  triggered: settleTriggered,
  canceled: (state, report) => settleClosing(state, report, 'cancel'),
  expired: (state, report) => settleClosing(state, report, 'expire'),
  rejected: (state, report) => settleClosing(state, report, 'reject'),
  replaced: settleReplaced,
  cancel_rejected: settleCancelRejected,
  replace_rejected: settleReplaceRejected,
  activated: settleActivated,
  restated: (state, report) => settleSize(state, report, 'restate'),
};

/** @throws Error if the report cannot follow what was settled before it: a bug, not a refusal. */
export function settleReport(state: SettlementState, report: ExecutionReport): Settlement {
  if (report.orderId !== state.order.orderId) {
    throw new Error(`report ${report.reportId} is not about order ${state.order.orderId}`);
  }
  return SETTLE[report.kind](state, report);
}

/**
 * An order that waited for its session or its entry lives. A cancel on its way is answered by the
 * book, so of an order of its own only one that still waits is told.
 */
function settleActivated(state: SettlementState, report: ExecutionReport): Settlement {
  if (state.order.listRole !== null) return settleSize(state, report, 'activate');
  if (state.order.status !== 'accepted') return unchanged(state);
  return settled(state, report, [advanceOrder(state.order, 'activate', contextOf(report))]);
}

function settleTriggered(state: SettlementState, report: ExecutionReport): Settlement {
  return settled(state, report, [advanceOrder(state.order, 'trigger', contextOf(report))]);
}

function settleClosing(
  state: SettlementState,
  report: ExecutionReport,
  event: 'cancel' | 'expire' | 'reject',
): Settlement {
  const change: Partial<OrderState> =
    event === 'reject'
      ? { rejectReason: report.reason, rejectSource: 'market' }
      : { closeReason: report.reason };
  const closed = advanceOrder(state.order, event, { ...contextOf(report), change });
  return settled(state, report, [closed]);
}

/** An exit lives, or lives on, for what the report leaves it. */
function settleSize(
  state: SettlementState,
  report: ExecutionReport,
  event: 'activate' | 'restate',
): Settlement {
  const { order } = state;
  const quantity = order.filledQuantity + report.leaves;
  if (quantity > order.quantity || order.listRole === null) {
    throw new Error(`report ${report.reportId} makes ${order.orderId} larger than it was`);
  }
  const context = { ...contextOf(report), change: { quantity } };
  return settled(state, report, [advanceOrder(order, event, context)]);
}

/** The old row ends; the new one takes over what was executed and lives on with the rest. */
function settleReplaced(state: SettlementState, report: ExecutionReport): Settlement {
  const { order } = state;
  const asked = replacementOf(state, report);
  // The size of a list's members is the list's.
  const { quantity } = order.listRole === null ? asked : order;
  const replacement = { ...asked, quantity };
  const context = contextOf(report);
  const leaves = replacement.quantity - order.filledQuantity;
  assertLeaves(report, leaves);
  const old = advanceOrder(order, 'replace', {
    ...context,
    change: { replacedBy: replacement.orderId },
  });
  // FIX: a new total that equals what is executed means filled.
  const next = advanceOrder(replacement, leaves === 0n ? 'fill' : 'activate', {
    ...context,
    change: {
      filledQuantity: order.filledQuantity,
      filledNotional: order.filledNotional,
      inheritedQuantity: order.filledQuantity,
      inheritedNotional: order.filledNotional,
    },
  });
  return settled(state, report, [old, next]);
}

function settleReplaceRejected(state: SettlementState, report: ExecutionReport): Settlement {
  const { order } = state;
  const context = contextOf(report);
  const rejected = advanceOrder(replacementOf(state, report), 'reject', {
    ...context,
    change: { rejectReason: report.reason, rejectSource: 'market' },
  });
  if (isClosed(order.status)) return settled(state, report, [rejected]);
  assertLeaves(report, leavesOf(order));
  return settled(state, report, [advanceOrder(order, 'replace_reject', context), rejected]);
}

function settleCancelRejected(state: SettlementState, report: ExecutionReport): Settlement {
  if (isClosed(state.order.status)) return unchanged(state);
  const back = advanceOrder(state.order, 'cancel_reject', {
    ...contextOf(report),
    replacePending: state.replacement !== null && !isClosed(state.replacement.status),
  });
  return settled(state, report, [back]);
}

/** Puts the changed rows in place and gives back what the root need not hold any more. */
function settled(
  state: SettlementState,
  report: ExecutionReport,
  advances: readonly Advance[],
): Settlement {
  const changed = new Map(advances.map(({ order }) => [order.orderId, order]));
  const order = changed.get(state.order.orderId) ?? state.order;
  const replacement =
    state.replacement && (changed.get(state.replacement.orderId) ?? state.replacement);
  const { list, owner } = state;
  const holds = neededHolds(state.holds, { order, replacement, list }, state.fees);
  const released = freedBetween(state.holds, holds);
  const journal = releaseJournal(`${report.reportId}:release`, owner, released);
  const cash = released.find(({ unit }) => unit === USD)?.amount ?? 0n;
  return {
    order,
    replacement,
    holds,
    position: state.position,
    availableCash: state.availableCash + cash,
    journals: journal === null ? [] : [journal],
    transitions: advances.map(({ transition }) => transition),
    events: advances.map(({ event }) => event),
    fills: [],
  };
}

function unchanged(state: SettlementState): Settlement {
  const { order, replacement, holds, position, availableCash } = state;
  const nothing = { journals: [], transitions: [], events: [], fills: [] };
  return { order, replacement, holds, position, availableCash, ...nothing };
}

function replacementOf(state: SettlementState, report: ExecutionReport): OrderState {
  const { replacement } = state;
  if (replacement?.orderId !== report.replacementId) {
    throw new Error(`report ${report.reportId} names a replacement that is not pending`);
  }
  return replacement;
}

function contextOf(report: ExecutionReport) {
  return {
    reportId: report.reportId,
    data: {
      reason: report.reason,
      replacement_id: report.replacementId,
      market_at: report.marketAt,
    },
  };
}

function assertLeaves(report: ExecutionReport, leaves: bigint): void {
  if (report.leaves !== leaves) {
    throw new Error(`report ${report.reportId} leaves ${report.leaves} open, we leave ${leaves}`);
  }
}
