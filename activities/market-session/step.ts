/**
 * One step of a market: ticks and commands in, rows out. Nothing here waits, reads a clock or
 * touches a database, so a step can be tested and repeated; what it returns is stored as a whole
 * or the session ends.
 */
import type { FeeRates } from '../../domain/ledger/fees';
import type { Book } from '../../domain/book/book';
import { toRestingOrder } from '../../domain/book/entry';
import type { BookReport, RestingOrder } from '../../domain/book/types';
import type { Tick as Print } from '../../domain/prices/fold-bars';
import type { CircuitBreaker } from '../../domain/prices/circuit-breaker';
import { applyCommand } from './apply-command';
import { applyTick, spendVolume } from './apply-tick';
import { createBarRecorder, type BarRecorder, type RecordedBar } from './bar-recorder';
import type { Halts } from './halts';
import type { Owner, PendingCommand } from './market-command';
import type { PriceSource, Tick } from './price-source';
import { toReportRows, type ReportRow } from './report-rows';

/** A market as its session holds it; every field is rebuilt from rows by the next session. */
export interface Market {
  readonly symbol: string;
  readonly fees: FeeRates;
  readonly book: Book;
  readonly source: PriceSource;
  /** Why the book is halted, if it is. */
  readonly halts: Halts;
  /** Of every order in the book. */
  readonly owners: Map<string, Owner>;
  readonly breaker: CircuitBreaker;
  /** Last numbers given. */
  reportSequence: number;
  commandSequence: number;
  tickIndex: number;
  /** The market's clock, ms since 1970. */
  marketAt: number;
  paused: boolean;
  /** What is left of the current bar's volume (1e-9 shares); 0 where quotes carry their own. */
  volumeLeft: number;
}

/** A command that was set aside, for the log. */
export interface Quarantined {
  readonly commandId: string;
  readonly problem: string;
}

/** Rows of open orders to write and to remove; each id at most once in all. */
export interface RowChanges {
  readonly upserted: readonly RestingOrder[];
  readonly removed: readonly string[];
}

export interface StepWrites {
  /** Commands in the order they were applied. */
  readonly applied: readonly string[];
  readonly quarantined: readonly Quarantined[];
  /** How often the circuit breaker halted the symbol. */
  readonly trips: number;
  readonly reports: readonly ReportRow[];
  readonly changes: RowChanges;
  readonly bars: readonly RecordedBar[];
  /** What was printed and traded, in order. */
  readonly prints: readonly Print[];
  /** Whether readers of market data have something new: a quote or a print. */
  readonly showsMarket: boolean;
}

/** Moves the market by the ticks, then by the commands, each list in its order. */
export function runStep(
  market: Market,
  ticks: readonly Tick[],
  commands: readonly PendingCommand[],
): StepWrites {
  const rows: ReportRow[] = [];
  const quarantined: Quarantined[] = [];
  const recorder = createBarRecorder();
  let trips = 0;
  for (const tick of ticks) {
    market.tickIndex = tick.index;
    market.marketAt = tick.marketAt;
    const reports: BookReport[] = [];
    if (market.breaker.takeEnd(market.marketAt)) market.halts.end('circuit_breaker', reports);
    applyTick(market, tick.move, recorder, reports);
    record(market, reports, rows, recorder);
    if (haltsAfter(market)) trips += 1;
  }
  for (const command of commands) {
    market.commandSequence += 1;
    const reports: BookReport[] = [];
    const problem = applyCommand(market, command, reports);
    if (problem !== null) quarantined.push({ commandId: command.commandId, problem });
    spendVolume(market, reports);
    record(market, reports, rows, recorder);
    if (haltsAfter(market)) trips += 1;
  }
  forgetClosedOrders(market, rows);
  return {
    applied: commands.map(({ commandId }) => commandId),
    quarantined,
    trips,
    reports: rows,
    changes: takeRows(market.book),
    bars: recorder.bars(),
    prints: recorder.prints(),
    showsMarket: ticks.length > 0 || recorder.prints().length > 0,
  };
}

/** Made at once: the next step changes the book's own orders in place. */
function takeRows(book: Book): RowChanges {
  const { upserted, removed } = book.takeChanges();
  return { upserted: upserted.map(toRestingOrder), removed };
}

/** Lets the breaker see the newest print; what made it has traded, and those trades stand. */
function haltsAfter({ book, breaker, halts, marketAt }: Market): boolean {
  const { lastPrint } = book;
  // A price of before the night, or of before the halt, is no measure for the one after it.
  if (book.isClosed) breaker.forget();
  if (lastPrint === null || book.isClosed || book.isHalted) return false;
  if (!breaker.print(marketAt, lastPrint)) return false;
  halts.begin('circuit_breaker');
  return true;
}

function record(
  market: Market,
  reports: readonly BookReport[],
  rows: ReportRow[],
  recorder: BarRecorder,
): void {
  for (const report of reports) {
    if (!countsAsVolume(report)) continue;
    recorder.add(market.marketAt, report.price, BigInt(report.quantity));
  }
  toReportRows(market, reports, rows);
}

/** Of the two sides of a trade only the taker's counts; the market maker has no side of its own. */
function countsAsVolume({ kind, counterparty, liquidity }: BookReport): boolean {
  return kind === 'trade' && (counterparty === 'market_maker' || liquidity === 'taker');
}

/**
 * An order that closes is reported, so the reported orders are all that can have left the book. A
 * cancel comes after the submit it is for, so it finds the order there or gone for good.
 */
function forgetClosedOrders({ book, owners }: Market, reports: readonly ReportRow[]): void {
  for (const { report } of reports) {
    const { kind, leaves, orderId, replacementId } = report;
    if (leaves === 0 || kind === 'replaced') owners.delete(orderId);
    if (replacementId !== null && !book.has(replacementId)) owners.delete(replacementId);
  }
}
