import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import {
  formatCash,
  formatCost,
  formatPrice,
  formatQuantity,
  parseCash,
  parsePrice,
  parseQuantity,
} from '../domain/decimal';
import { type Owner, userAccount, USD } from '../domain/ledger/accounts';
import { type AccountSettlement, settleReports } from '../domain/settlement/settle-account';
import type { ExecutionReport, Fill } from '../domain/settlement/types';
import { LIMITS } from '../platform/limits';
import type { Database } from '../schema/database';
import type { RootProgress } from '../workflows/contract';
import { type AccountRow, lockAccounts, required, type Trx } from './account-state';
import { noChanges, writeChanges, type Changes } from './changes';
import { formatUnits, type Ledger, openLedger } from './ledger';
import { findOrdersOfRoots, type StoredOrder, toOrderUpdate } from './order-rows';
import { toProgress } from './root-progress';
import {
  readSettlementFacts,
  type SettlementFacts,
  type SettlementSubject,
} from './settlement-facts';

/** Which root asks; all reports of its account and symbol are settled with it. */
export interface SettleInput {
  readonly rootId: string;
  readonly accountId: string;
  readonly symbol: string;
}

export interface SettledBatch {
  /** How the root of each input stands, in the order of the inputs. */
  readonly progress: readonly RootProgress[];
  /** What was booked now. */
  readonly reports: readonly StoredReport[];
  readonly settlements: readonly AccountSettlement[];
}

export interface StoredReport extends ExecutionReport {
  readonly accountId: string;
  readonly rootId: string;
  readonly createdAt: Date;
}

/**
 * Books everything the book has reported of accounts in a symbol and nobody has booked yet, in
 * book order, whoever asks: so lost, doubled and reordered signals change nothing. Safe to repeat:
 * what is settled is not read again. A long backlog takes several transactions.
 *
 * @param inputs - Each account in one symbol only; several roots of it share its settlement.
 */
export async function settleExecutions(
  db: Kysely<Database>,
  inputs: readonly SettleInput[],
): Promise<SettledBatch> {
  const batches = [await settleSome(db, inputs)];
  while (isCutOff(batches.at(-1)) && batches.length < LIMITS.settlesPerRing) {
    batches.push(await settleSome(db, inputs));
  }
  return {
    progress: batches.at(-1)?.progress ?? [],
    reports: batches.flatMap(({ reports }) => reports),
    settlements: batches.flatMap(({ settlements }) => settlements),
  };
}

/** Whether some account had as many reports as one transaction takes. */
function isCutOff(batch: SettledBatch | undefined): boolean {
  const counts = [...groupByAccount(batch?.reports ?? []).values()].map(({ length }) => length);
  return Math.max(0, ...counts) >= LIMITS.reportsPerSettle;
}

function settleSome(db: Kysely<Database>, inputs: readonly SettleInput[]): Promise<SettledBatch> {
  return db.transaction().execute(async (trx) => {
    const pairs = [...new Map(inputs.map((input) => [input.accountId, input])).values()];
    const accounts = await lockAccounts(trx, [...new Set(pairs.map((pair) => pair.accountId))]);
    const reports = groupByAccount(await findUnsettledReports(trx, pairs));
    const rootIds = new Set([
      ...inputs.map((input) => input.rootId),
      ...[...reports.values()].flat().map((report) => report.rootId),
    ]);
    const orders = await findOrdersOfRoots(trx, [...rootIds]);
    const subjects = pairs
      .filter((pair) => reports.has(pair.accountId))
      .map((pair) => toSubject(pair, orders, required(reports, pair.accountId)));
    const facts = await readSettlementFacts(trx, subjects, [...rootIds]);
    const changes = noChanges();
    const settlements = new Map(
      subjects.map((subject) => {
        const { accountId } = subject.owner;
        const account = required(accounts, accountId);
        const own = required(reports, accountId);
        return [accountId, settle(account, subject, orders, own, facts, changes)];
      }),
    );
    await writeChanges(trx, changes);
    return {
      progress: inputs.map(({ accountId, rootId }) => {
        return progressOf(orders, settlements.get(accountId), rootId);
      }),
      reports: [...reports.values()].flat(),
      settlements: [...settlements.values()],
    };
  });
}

/** Orders keep the epoch they were placed in, so a reset never mixes two lives of an account. */
function toSubject(
  { accountId, symbol }: SettleInput,
  orders: readonly StoredOrder[],
  reports: readonly StoredReport[],
): SettlementSubject {
  const order = orders.find(({ orderId }) => orderId === reports[0]?.orderId);
  if (order === undefined) throw new Error(`a report of ${accountId} names an unknown order`);
  return { owner: { accountId, epoch: order.epoch }, symbol };
}

function settle(
  account: AccountRow,
  { owner, symbol }: SettlementSubject,
  orders: readonly StoredOrder[],
  reports: readonly StoredReport[],
  facts: SettlementFacts,
  changes: Changes,
): AccountSettlement {
  const own = orders.filter((order) => order.accountId === owner.accountId);
  const { balances, position, fees } = required(facts.byAccount, owner.accountId);
  const ledger = openLedger(owner, symbol, balances, changes, account);
  const settlement = settleReports(
    {
      owner,
      orders: new Map(own.map((order) => [order.orderId, order])),
      holds: facts.holds,
      position,
      availableCash: ledger.balance(userAccount(owner, 'available'), USD),
      fees,
    },
    reports,
  );
  collectChanges(changes, ledger, settlement, reports, symbol);
  return settlement;
}

/** The oldest of each account and symbol, in book order, up to the limit. */
async function findUnsettledReports(
  trx: Trx,
  inputs: readonly SettleInput[],
): Promise<StoredReport[]> {
  const { rows } = await sql<Selectable<Database['execution_reports']>>`
    select r.* from unnest(${inputs.map((input) => input.accountId)}::uuid[],
      ${inputs.map((input) => input.symbol)}::text[]) as s(account_id, symbol)
    cross join lateral (
      select * from execution_reports e
      where e.account_id = s.account_id and e.symbol = s.symbol and e.settled_at is null
      order by e.sequence limit ${LIMITS.reportsPerSettle}
    ) r order by r.account_id, r.sequence`.execute(trx);
  return rows.map(toReport);
}

function groupByAccount(reports: readonly StoredReport[]): Map<string, StoredReport[]> {
  const groups = new Map<string, StoredReport[]>();
  for (const report of reports) {
    const group = groups.get(report.accountId);
    if (group === undefined) groups.set(report.accountId, [report]);
    else group.push(report);
  }
  return groups;
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
    accountId: row.account_id,
    rootId: row.root_id,
    createdAt: row.created_at,
  };
}

function collectChanges(
  changes: Changes,
  ledger: Ledger,
  settlement: AccountSettlement,
  reports: readonly StoredReport[],
  symbol: string,
): void {
  const { state } = settlement;
  for (const orderId of settlement.changedOrders) {
    const order = state.orders.get(orderId);
    if (order !== undefined) changes.orders.push(toOrderUpdate(order));
  }
  for (const rootId of settlement.changedRoots) {
    for (const { unit, remaining } of state.holds.get(rootId) ?? []) {
      changes.holds.push({
        root_id: rootId,
        account_id: state.owner.accountId,
        epoch: state.owner.epoch,
        unit,
        remaining: formatUnits(remaining, unit),
      });
    }
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
    changes.events.push({ account_id: owner.accountId, type, order_id: orderId, data });
  }
  for (const fill of settlement.fills) changes.fills.push(toFillRow(fill, owner));
}

function toFillRow(fill: Fill, owner: Owner) {
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
  settlement: AccountSettlement | undefined,
  rootId: string,
): RootProgress {
  return toProgress(
    orders
      .filter((order) => order.rootId === rootId)
      .map((order) => settlement?.state.orders.get(order.orderId) ?? order),
  );
}
