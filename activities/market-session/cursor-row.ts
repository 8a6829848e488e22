import { toPriceText, toQuantityText } from './book-numbers';
import { formatCursorState, type CursorState } from './cursor-state';
import type { Market } from './step';

/** The cursor as it stands after a step. */
export interface CursorRow {
  readonly symbol: string;
  /** The session's own; a newer one in the row means that this session is over. */
  readonly epoch: string;
  readonly reportSequence: number;
  readonly commandSequence: number;
  readonly tickIndex: number;
  readonly marketAt: number;
  readonly paused: boolean;
  readonly state: CursorState;
}

/**
 * What a session's market leaves for the next one, as it stands now.
 *
 * @param told - The orders of all reports up to this sequence were told.
 */
export function cursorOf(
  market: Market,
  epoch: string,
  told: number = market.reportSequence,
): CursorRow {
  const { symbol, reportSequence, commandSequence, tickIndex, marketAt, paused } = market;
  const { book, source, halts, volumeLeft } = market;
  const breaker = market.breaker.state();
  const state = {
    book: book.state(),
    source: source.state(),
    volumeLeft,
    ...(breaker !== null && { breaker }),
    halts: halts.reasons(),
    ...(told < reportSequence && { told }),
  };
  return {
    symbol,
    epoch,
    reportSequence,
    commandSequence,
    tickIndex,
    marketAt,
    paused,
    state,
  };
}

/** The first parameters of the statement that stores a step. */
export function cursorValues(cursor: CursorRow): unknown[] {
  const { book } = cursor.state;
  const bid = book.quote.bids.find(({ size }) => size > 0);
  const ask = book.quote.asks.find(({ size }) => size > 0);
  return [
    cursor.symbol,
    cursor.epoch,
    cursor.reportSequence,
    cursor.commandSequence,
    cursor.tickIndex,
    book.lastPrint === null ? null : toPriceText(book.lastPrint),
    bid === undefined ? null : toPriceText(bid.price),
    bid === undefined ? null : toQuantityText(bid.size),
    ask === undefined ? null : toPriceText(ask.price),
    ask === undefined ? null : toQuantityText(ask.size),
    formatCursorState(cursor.state),
    book.halted,
    cursor.paused,
    new Date(cursor.marketAt),
  ];
}
