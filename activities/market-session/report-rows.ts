import type { BookReport } from '../../domain/book/types';
import { tradeAmount } from '../../domain/decimal';
import { type FeeRates, tradeFee } from '../../domain/ledger/fees';
import type { Owner } from './market-command';

/** A row of `execution_reports`, before decimal text: prices and cash 1e-4, quantities 1e-9. */
export interface ReportRow {
  readonly report: BookReport;
  readonly sequence: number;
  /** The taker's sequence; 0 unless it is a trade. */
  readonly tradeSequence: number;
  readonly owner: Owner;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly tickIndex: number;
  readonly marketAt: number;
}

/** What numbers and owners a report's row takes from the market. */
export interface Numbering {
  readonly symbol: string;
  readonly fees: FeeRates;
  readonly owners: ReadonlyMap<string, Owner>;
  reportSequence: number;
  readonly tickIndex: number;
  readonly marketAt: number;
}

/** Fixes the numbers of what one call of the book reported: sequence, amount, fee. */
export function toReportRows(
  market: Numbering,
  reports: readonly BookReport[],
  rows: ReportRow[],
): void {
  const { fees, tickIndex, marketAt } = market;
  let trade = 0;
  let tradeSequence = 0;
  for (const report of reports) {
    const owner = market.owners.get(report.orderId);
    if (owner === undefined) throw new Error(`nobody owns order ${report.orderId}`);
    market.reportSequence += 1;
    const sequence = market.reportSequence;
    const isTrade = report.kind === 'trade';
    // The two sides of a trade come one after the other, the taker's first.
    if (isTrade && report.trade !== trade) {
      trade = report.trade;
      tradeSequence = sequence;
    }
    const quantity = BigInt(report.quantity);
    const amount = isTrade ? tradeAmount(BigInt(report.price), quantity) : 0n;
    rows.push({
      report,
      sequence,
      tradeSequence: isTrade ? tradeSequence : 0,
      owner,
      amount,
      fee: isTrade ? tradeFee({ amount, quantity }, report.liquidity, fees) : 0n,
      tickIndex,
      marketAt,
    });
  }
}
