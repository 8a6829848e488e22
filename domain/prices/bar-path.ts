import type { Book } from '../book/book';
import { MAX_BOOK_QUANTITY, type BookReport, type Quote } from '../book/types';
import type { Bar } from './bar';

/**
 * A bar tells four prices and a volume, so its inside is a path: open, low, high, close when it
 * closes up or unchanged, else open, high, low, close. The path is continuous from the open on, so
 * every order on the way is met at its own price; to the open it jumps, and there orders trade at
 * what is offered.
 */
export function barCorners(bar: Bar): readonly [number, number, number, number] {
  const { open, high, low, close } = bar;
  return close >= open ? [open, low, high, close] : [open, high, low, close];
}

/** How far a bar is played; plain JSON, so it can be kept between two steps. */
export interface BarPosition {
  /** The corner it moves to, 0 to 3; 4 when the bar is over. */
  readonly corner: number;
  /** Where it stands; `null` before the open. */
  readonly price: number | null;
  /** What the market maker can still trade inside this bar, in 1e-9 shares. */
  readonly volumeLeft: number;
}

export function startOfBar(bar: Bar): BarPosition {
  return { corner: 0, price: null, volumeLeft: clampVolume(bar.volume) };
}

/** A volume nobody told is taken as more than any order asks for. */
function clampVolume(volume: bigint | null): number {
  if (volume === null || volume > BigInt(MAX_BOOK_QUANTITY)) return MAX_BOOK_QUANTITY;
  return Number(volume);
}

/**
 * The next price of the path at which something happens: an order is met, or the path turns.
 * Give the quote to the book, then go on from `afterQuote`.
 *
 * @returns null at the end of the bar.
 */
export function nextBarQuote(
  book: Book,
  bar: Bar,
  position: BarPosition,
): { readonly quote: Quote; readonly position: BarPosition } | null {
  const corners = barCorners(bar);
  const { price, volumeLeft } = position;
  if (price === null) {
    const quote = quoteAt(bar.open, volumeLeft, true);
    return { quote, position: { corner: 1, price: bar.open, volumeLeft } };
  }
  let { corner } = position;
  while (corners[corner] === price) corner += 1;
  const target = corners[corner];
  if (target === undefined) return null;
  const next = book.nextTriggerBetween(price, target) ?? target;
  return {
    quote: quoteAt(next, volumeLeft, false),
    position: { corner, price: next, volumeLeft },
  };
}

/** Takes what the market maker traded off the bar's volume. */
export function afterQuote(position: BarPosition, reports: readonly BookReport[]): BarPosition {
  let { volumeLeft } = position;
  for (const { kind, counterparty, quantity } of reports) {
    // Both sides of the quote offer the same volume, so together they may trade more than is left.
    if (kind === 'trade' && counterparty === 'market_maker') {
      volumeLeft = Math.max(0, volumeLeft - quantity);
    }
  }
  return { ...position, volumeLeft };
}

/** Inside a bar nobody knows the spread: the market maker buys and sells at the print. */
function quoteAt(price: number, size: number, gap: boolean): Quote {
  const levels = size > 0 ? [{ price, size }] : [];
  return { bids: levels, asks: levels, print: price, gap };
}

/**
 * The quotes of a whole bar, one by one. Give each to the book, then hand its reports to `next`:
 * what follows depends on what traded.
 */
export function* barQuotes(
  book: Book,
  bar: Bar,
  start: BarPosition = startOfBar(bar),
): Generator<Quote, void, readonly BookReport[] | undefined> {
  let step = nextBarQuote(book, bar, start);
  while (step !== null) {
    const reports = (yield step.quote) ?? [];
    step = nextBarQuote(book, bar, afterQuote(step.position, reports));
  }
}

/** Plays a whole bar to the book, and appends what happened to `reports`. */
export function playBar(book: Book, bar: Bar, reports: BookReport[]): void {
  const quotes = barQuotes(book, bar);
  for (let step = quotes.next(); step.done !== true;) {
    const before = reports.length;
    book.quote(step.value, reports);
    step = quotes.next(reports.slice(before));
  }
}
