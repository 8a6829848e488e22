import type { Kysely, Selectable } from 'kysely';
import {
  formatCash,
  formatCost,
  formatPrice,
  formatQuantity,
  parseCash,
  parsePrice,
  parseQuantity,
} from '../domain/decimal';
import { userAccount, USD } from '../domain/ledger/accounts';
import type { Hold } from '../domain/ledger/hold';
import { type AccountSettlement, settleReports } from '../domain/settlement/settle-account';
import type { ExecutionReport, Fill } from '../domain/settlement/types';
import { LIMITS } from '../platform/limits';
import type { Database } from '../schema/database';
import type { RootProgress } from '../workflows/contract';
import { lockAccount, readPosition, type Trx } from './account-state';
import { noChanges, writeChanges, type Changes } from './changes';
import { formatUnits, type Ledger, openLedger, parseUnits } from './ledger';
import { findOrdersToSettle, findRootOrders, type StoredOrder, toOrderUpdate } from './order-rows';
import { toProgress } from './root-progress';

/** Which root asks; all reports of its account and symbol are settled with it. */
export interface SettleInput {
  readonly rootId: string;
  readonly accountId: string;
  readonly symbol: string;
}

export interface SettledBatch {
  readonly progress: RootProgress;
  readonly reports: readonly StoredReport[];
  readonly settlement: AccountSettlement | null;
}

export interface StoredReport extends ExecutionReport {
  readonly createdAt: Date;
}

/**
 * Books everything the book has reported of an account in a symbol and nobody has booked yet, in
 * book order, whoever asks: so lost, doubled and reordered signals change nothing. Safe to repeat:
 * what is settled is not read again.
 */
export async function settleExecutions(
  db: Kysely<Database>,
  input: SettleInput,
): Promise<SettledBatch> {
  return db.transaction().execute(async (trx) => {
    const account = await lockAccount(trx, input.accountId);
    const reports = await findUnsettledReports(trx, input);
    if (reports.length === 0) {
      const orders = await findRootOrders(trx, input.rootId);
      return { progress: toProgress(orders), reports, settlement: null };
    }
    const orders = await findOrdersToSettle(
      trx,
      reports.map((report) => report.orderId),
      input.rootId,
    );
    // Orders keep the epoch they were placed in, so a reset never mixes two lives of an account.
    const epoch = orders.find((order) => order.orderId === reports[0]?.orderId)?.epoch ?? 0;
    const owner = { accountId: input.accountId, epoch };
    const changes = noChanges();
    const ledger = await openLedger(trx, owner, input.symbol, changes, account.shortingEnabled);
    const settlement = settleReports(
      {
        owner,
        orders: new Map(orders.map((order) => [order.orderId, order])),
        holds: await readHolds(trx, orders),
        position: await readPosition(trx, owner.accountId, epoch, input.symbol),
        availableCash: ledger.balance(userAccount(owner, 'available'), USD),
        fees: await readFees(trx, input.symbol),
      },
      reports,
    );
    collectChanges(changes, ledger, settlement, reports, input);
    await writeChanges(trx, input.accountId, changes);
    return { progress: progressOf(orders, settlement, input.rootId), reports, settlement };
  });
}

async function findUnsettledReports(trx: Trx, input: SettleInput): Promise<StoredReport[]> {
  const rows = await trx
    .selectFrom('execution_reports')
    .selectAll()
    .where('account_id', '=', input.accountId)
    .where('symbol', '=', input.symbol)
    .where('settled_at', 'is', null)
    .orderBy('sequence')
    .limit(LIMITS.reportsPerSettle)
    .execute();
  return rows.map(toReport);
}

function toReport(row: Selectable<Database['execution_reports']>): StoredReport {
  return {
    reportId: row.report_id,
    tradeId: row.trade_id,
    orderId: row.order_id,
    kind: row.kind,
    replacementId: row.replacement_id,
    price: parsePrice(row.price ?? '0'),
    quantity: parseQuantity(row.quantity ?? '0'),
    amount: parseCash(row.amount ?? '0'),
    fee: parseCash(row.fee ?? '0'),
    leaves: parseQuantity(row.leaves),
    liquidity: row.liquidity,
    counterparty: row.counterparty,
    reason: row.reason,
    marketAt: row.market_at.toISOString(),
    createdAt: row.created_at,
  };
}

async function readHolds(trx: Trx, orders: readonly StoredOrder[]): Promise<Map<string, Hold>> {
  const rows = await trx
    .selectFrom('holds')
    .select(['root_id', 'unit', 'remaining'])
    .where('root_id', 'in', [...new Set(orders.map((order) => order.rootId))])
    .execute();
  return new Map(
    rows.map((row) => [
      row.root_id,
      { unit: row.unit, remaining: parseUnits(row.remaining, row.unit) },
    ]),
  );
}

async function readFees(trx: Trx, symbol: string) {
  const row = await trx
    .selectFrom('assets')
    .select(['maker_fee_ppm', 'taker_fee_ppm'])
    .where('symbol', '=', symbol)
    .executeTakeFirstOrThrow();
  return { makerPpm: row.maker_fee_ppm, takerPpm: row.taker_fee_ppm };
}

function collectChanges(
  changes: Changes,
  ledger: Ledger,
  settlement: AccountSettlement,
  reports: readonly StoredReport[],
  { symbol }: SettleInput,
): void {
  const { state } = settlement;
  for (const orderId of settlement.changedOrders) {
    const order = state.orders.get(orderId);
    if (order !== undefined) changes.orders.push(toOrderUpdate(order));
  }
  for (const rootId of settlement.changedRoots) {
    const hold = state.holds.get(rootId);
    if (hold === undefined) continue;
    const remaining = formatUnits(hold.remaining, hold.unit);
    changes.holds.push({
      root_id: rootId,
      account_id: state.owner.accountId,
      epoch: state.owner.epoch,
      unit: hold.unit,
      remaining,
    });
  }
  const orderOfReport = new Map(reports.map((report) => [report.reportId, report.orderId]));
  for (const journal of settlement.journals) {
    ledger.post(journal, orderOfReport.get(journal.key.split(':')[0] ?? '') ?? null);
  }
  ledger.close();
  collectRecords(changes, settlement);
  if (settlement.fills.length > 0) {
    changes.positions.push({
      account_id: state.owner.accountId,
      epoch: state.owner.epoch,
      symbol,
      quantity: formatQuantity(state.position.quantity),
      cost: formatCost(state.position.cost),
      realized_pnl: formatCost(state.position.realizedPnl),
    });
  }
  changes.settledReports.push(...reports.map((report) => report.reportId));
}

/** The append-only lines: transitions, events and fills, in book order. */
function collectRecords(changes: Changes, settlement: AccountSettlement): void {
  const { owner } = settlement.state;
  for (const { orderId, from, event, to, reportId } of settlement.transitions) {
    changes.transitions.push({
      order_id: orderId,
      from_status: from,
      event,
      to_status: to,
      report_id: reportId,
    });
  }
  for (const { type, orderId, data } of settlement.events) {
    changes.events.push({ type, order_id: orderId, data });
  }
  for (const fill of settlement.fills) changes.fills.push(toFillRow(fill, owner));
}

function toFillRow(fill: Fill, owner: { accountId: string; epoch: number }) {
  return {
    report_id: fill.reportId,
    order_id: fill.orderId,
    account_id: owner.accountId,
    epoch: owner.epoch,
    symbol: fill.symbol,
    side: fill.side,
    quantity: formatQuantity(fill.quantity),
    price: formatPrice(fill.price),
    amount: formatCash(fill.amount),
    fee: formatCash(fill.fee),
    liquidity: fill.liquidity,
    position_quantity: formatQuantity(fill.positionQuantity),
    market_at: fill.marketAt,
  };
}

/** The root's rows after the settlement, in the order they were read. */
function progressOf(
  orders: readonly StoredOrder[],
  settlement: AccountSettlement,
  rootId: string,
): RootProgress {
  return toProgress(
    orders
      .filter((order) => order.rootId === rootId)
      .map((order) => settlement.state.orders.get(order.orderId) ?? order),
  );
}
