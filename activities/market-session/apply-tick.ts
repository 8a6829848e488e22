import type { Book } from '../../domain/book/book';
import { MAX_BOOK_QUANTITY, type BookReport } from '../../domain/book/types';
import type { Bar } from '../../domain/prices/bar';
import {
  afterQuote,
  barCorners,
  nextBarQuote,
  startOfBar,
  type BarPosition,
} from '../../domain/prices/bar-path';
import type { BarRecorder } from './bar-recorder';
import type { Halts } from './halts';
import type { Move } from './price-source';

/** The part of a market that prices move. */
export interface MovedMarket {
  readonly book: Book;
  readonly halts: Halts;
  readonly marketAt: number;
  /** What is left of the current bar's volume (1e-9 shares); 0 where quotes carry their own. */
  volumeLeft: number;
}

/** Lets the book meet what the prices did; appends what it reported. */
export function applyTick(
  market: MovedMarket,
  move: Move,
  recorder: BarRecorder,
  reports: BookReport[],
): void {
  const { book, marketAt } = market;
  switch (move.kind) {
    case 'quote':
      book.quote(move.quote, reports);
      if (book.isClosed && move.opens) book.openSession(reports);
      if (move.quote.print !== null) {
        recorder.add(marketAt, move.quote.print, BigInt(move.traded ?? 0));
      }
      break;
    case 'bar_open':
      playTo(market, move.bar, startOfBar(move.bar), move.bar.open, reports);
      if (book.isClosed) openSession(market, reports);
      recorder.add(marketAt, move.bar.open, 0n);
      break;
    case 'bar_corner': {
      const { bar, corner } = move;
      const [from, to] = legOf(bar, corner);
      const position = { corner, price: from, volumeLeft: market.volumeLeft };
      playTo(market, bar, position, to, reports);
      recorder.add(marketAt, to, 0n);
      break;
    }
    case 'bar_close':
      recorder.add(marketAt, move.bar.close, othersVolume(move.bar, market.volumeLeft));
      break;
    case 'session_close':
      book.closeSession(reports);
      break;
    case 'prices_stale':
      market.halts.begin('stale_prices');
      break;
    case 'prices_fresh':
      market.halts.end('stale_prices', reports);
      break;
  }
}

/** Takes what the reported trades used up off the bar's volume. */
export function spendVolume(
  market: Pick<MovedMarket, 'volumeLeft'>,
  reports: readonly BookReport[],
): void {
  const position: BarPosition = { corner: 0, price: null, volumeLeft: market.volumeLeft };
  market.volumeLeft = afterQuote(position, reports).volumeLeft;
}

/** Plays a bar's path up to the price `to`, stopping wherever an order is met. */
function playTo(
  market: MovedMarket,
  bar: Bar,
  from: BarPosition,
  to: number,
  reports: BookReport[],
): void {
  let position = from;
  while (position.price !== to) {
    const step = nextBarQuote(market.book, bar, position);
    if (step === null) throw new Error(`the bar of ${bar.startMs} never reaches ${to}`);
    const met: BookReport[] = [];
    market.book.quote(step.quote, met);
    position = afterQuote(step.position, met);
    for (const report of met) reports.push(report);
  }
  market.volumeLeft = position.volumeLeft;
}

function openSession(market: MovedMarket, reports: BookReport[]): void {
  const met: BookReport[] = [];
  market.book.openSession(met);
  spendVolume(market, met);
  for (const report of met) reports.push(report);
}

function legOf(bar: Bar, corner: number): [number, number] {
  const corners = barCorners(bar);
  const from = corners[corner - 1];
  const to = corners[corner];
  if (from === undefined || to === undefined) throw new RangeError(`no corner ${corner} in a bar`);
  return [from, to];
}

/** What our orders left of the bar was traded by others, so that stored bars keep its volume. */
function othersVolume({ volume }: Bar, left: number): bigint {
  if (volume === null) return 0n;
  const offered = volume < MAX_BOOK_QUANTITY ? volume : BigInt(MAX_BOOK_QUANTITY);
  return volume - offered + BigInt(left);
}
