import { formatCash, formatPrice, formatQuantity } from '../decimal';
import { clearingAccount, marketMakerAccount, USD, userAccount } from '../ledger/accounts';
import type { Hold, UnitAmount } from '../ledger/hold';
import { createJournal, type Journal, tradeLines } from '../ledger/journal';
import { advanceOrder } from '../order/advance';
import type { ExecutionSnapshot } from '../order/events';
import { leavesOf, type OrderState } from '../order/state';
import { applyFill } from '../position';
import { neededHolds } from './needed-hold';
import type { ExecutionReport, Fill, Settlement, SettlementState } from './types';

/** A report of kind `trade` with the fields that are `null` in the others. */
interface TradeReport extends ExecutionReport {
  readonly tradeId: string;
  readonly liquidity: 'maker' | 'taker';
  readonly counterparty: 'market_maker' | 'user';
}

/** Books one execution of one side: order, position, hold and ledger move together. */
export function settleTrade(state: SettlementState, report: ExecutionReport): Settlement {
  if (!isTrade(report)) throw new Error(`report ${report.reportId} is an incomplete trade`);
  const { side } = state.order;
  const signed = side === 'buy' ? report.quantity : -report.quantity;
  const position = applyFill(state.position, signed, report.price);
  const filled = fillOrder(state.order, report, position.quantity);
  if (leavesOf(filled.order) !== report.leaves) {
    throw new Error(
      `report ${report.reportId} leaves ${report.leaves} open, we leave ${leavesOf(filled.order)}`,
    );
  }
  const { replacement, list, fees } = state;
  const gained = side === 'buy' ? { unit: state.order.symbol, amount: report.quantity } : null;
  const rows = { order: filled.order, replacement, list };
  const holds = neededHolds(state.holds, rows, fees, gained);
  const journal = tradeJournal(state, report, freedBetween(state.holds, holds));
  return {
    order: filled.order,
    replacement,
    holds,
    position,
    availableCash: state.availableCash + availableChange(state, journal),
    journals: [journal],
    transitions: [filled.transition],
    events: [filled.event],
    fills: [fillOf(state.order, report, position.quantity)],
  };
}

function fillOrder(order: OrderState, report: TradeReport, positionQuantity: bigint) {
  const filledQuantity = order.filledQuantity + report.quantity;
  const filledNotional = order.filledNotional + report.price * report.quantity;
  const execution: ExecutionSnapshot = {
    report_id: report.reportId,
    trade_id: report.tradeId,
    price: formatPrice(report.price),
    quantity: formatQuantity(report.quantity),
    amount: formatCash(report.amount),
    fee: formatCash(report.fee),
    liquidity: report.liquidity,
    position_quantity: formatQuantity(positionQuantity),
  };
  return advanceOrder(order, filledQuantity === order.quantity ? 'fill' : 'partial_fill', {
    change: { filledQuantity, filledNotional },
    reportId: report.reportId,
    data: { execution, market_at: report.marketAt },
  });
}

/** What each unit has less of than before; below zero what it has more. */
export function freedBetween(before: readonly Hold[], after: readonly Hold[]): UnitAmount[] {
  return before.map(({ unit, remaining }, index) => {
    return { unit, amount: remaining - (after[index]?.remaining ?? 0n) };
  });
}

function tradeJournal(
  state: SettlementState,
  report: TradeReport,
  freed: readonly UnitAmount[],
): Journal {
  const { order, owner } = state;
  const cash = freed.find(({ unit }) => unit === USD)?.amount ?? 0n;
  const lines = tradeLines({
    owner,
    counterparty:
      report.counterparty === 'user'
        ? clearingAccount(order.symbol)
        : marketMakerAccount(order.symbol),
    symbol: order.symbol,
    side: order.side,
    amount: report.amount,
    fee: report.fee,
    quantity: report.quantity,
    freed,
    rounding: order.side === 'buy' ? uncovered(state, report.amount + report.fee - cash) : 0n,
  });
  const journal = createJournal(`${report.reportId}:trade`, 'trade', lines);
  if (journal === null) throw new Error(`report ${report.reportId} trades nothing`);
  return journal;
}

/**
 * What is missing after the hold and the available cash: fractions of a cent from the rounding of
 * many tiny fills. The house bears it, because a report must never be stuck.
 */
function uncovered(state: SettlementState, missing: bigint): bigint {
  const available = state.availableCash > 0n ? state.availableCash : 0n;
  return missing > available ? missing - available : 0n;
}

function availableChange(state: SettlementState, journal: Journal): bigint {
  const account = userAccount(state.owner, 'available');
  const line = journal.entries.find((entry) => entry.account === account && entry.unit === USD);
  return line?.amount ?? 0n;
}

function fillOf(order: OrderState, report: TradeReport, positionQuantity: bigint): Fill {
  return {
    reportId: report.reportId,
    orderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    quantity: report.quantity,
    price: report.price,
    amount: report.amount,
    fee: report.fee,
    liquidity: report.liquidity,
    positionQuantity,
    marketAt: report.marketAt,
  };
}

function isTrade(report: ExecutionReport): report is TradeReport {
  return report.tradeId !== null && report.liquidity !== null && report.counterparty !== null;
}
