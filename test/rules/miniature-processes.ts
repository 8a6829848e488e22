/** The processes of the miniature broker: its market session, its order-worker, its relay. */
import { Book } from '../../domain/book/book';
import { toRestingOrder } from '../../domain/book/entry';
import type { BookReport, BookState, RestingOrder } from '../../domain/book/types';
import { tradeAmount } from '../../domain/decimal';
import { tradeFee } from '../../domain/ledger/fees';
import { settleReports } from '../../domain/settlement/settle-account';
import type { ExecutionReport } from '../../domain/settlement/types';
import { aReport } from './builders';
import { type Customer, FEES, post, SYMBOL, type World } from './miniature';

/** Lets the book take the commands that wait, or do something of its own, and stores it all. */
export function runBook(world: World, step?: (reports: BookReport[]) => void): void {
  const reports: BookReport[] = [];
  for (const command of world.commands) {
    if (!command.taken) command.run(reports);
    command.taken = true;
  }
  step?.(reports);
  let trade = { number: 0, id: '' };
  for (const report of reports) {
    const owner = world.customers.find(({ state }) => state.orders.has(report.orderId))!;
    const reportId = `${SYMBOL}-${(world.sequence += 1)}`;
    // A book counts its trades anew after a crash; the taker's report names them for good.
    if (report.trade !== trade.number) trade = { number: report.trade, id: `${reportId}-trade` };
    owner.unsettled.push(toReport(report, reportId, trade.id));
  }
  const { upserted, removed } = world.book.takeChanges();
  for (const entry of upserted) world.rows.set(entry.order.orderId, toRestingOrder(entry));
  for (const orderId of removed) world.rows.delete(orderId);
  world.cursor = world.book.state();
}

/**
 * The session dies after it has matched and before it has stored anything: what it reported is
 * gone, the commands still wait, and the next one builds its book from the rows.
 */
export function loseStep(world: World): void {
  for (const { run, taken } of world.commands) if (!taken) run([]);
  restartSession(world);
}

/** The session dies between two steps. */
export function restartSession(world: World): void {
  const rows = JSON.stringify([...world.rows.values()]);
  const cursor = JSON.stringify(world.cursor);
  world.book = Book.restore(JSON.parse(rows) as RestingOrder[], JSON.parse(cursor) as BookState);
}

function toReport(report: BookReport, reportId: string, trade: string): ExecutionReport {
  const price = BigInt(report.price);
  const quantity = BigInt(report.quantity);
  const amount = tradeAmount(price, quantity);
  const fee = tradeFee({ amount, quantity }, report.liquidity, FEES);
  const { trade: _number, leaves, ...rest } = report;
  const tradeId = report.kind === 'trade' ? trade : null;
  const numbers = { price, quantity, amount, fee, leaves: BigInt(leaves) };
  return aReport({ ...rest, ...numbers, reportId, tradeId });
}

/** Settles the oldest `count` reports of a customer in one go. */
export function settle(world: World, customer: Customer, count: number): void {
  const reports = customer.unsettled.slice(0, count);
  customer.unsettled = customer.unsettled.slice(count);
  const settlement = settleReports(customer.state, reports);
  for (const journal of settlement.journals) post(world, journal);
  customer.state = settlement.state;
  world.transitions.push(...settlement.transitions);
  customer.events.push(...settlement.events);
  world.fills.push(...settlement.fills);
}

/** The order-worker dies before a settlement is committed: nothing of it may be left. */
export function loseSettlement({ state, unsettled }: Customer): void {
  settleReports(state, unsettled);
}

/** Hands what was not published to the consumer, in order, and marks it. */
export function publish(customer: Customer): void {
  deliver(customer);
  customer.published = customer.events.length;
}

/** Whoever publishes dies after the events are out and before they are marked. */
export function losePublication(customer: Customer): void {
  deliver(customer);
}

function deliver({ events, published, consumer }: Customer): void {
  for (let sequence = published + 1; sequence <= events.length; sequence += 1) {
    if (sequence <= consumer.heard) continue;
    if (sequence !== consumer.heard + 1) throw new Error(`event ${consumer.heard + 1} is missing`);
    consumer.heard = sequence;
    const { order } = events[sequence - 1]!.data;
    consumer.orders.set(order.order_id, order);
  }
}
