/** Steps of a book as words, so that a test reads like the story it tells. */
import { Book } from '../../domain/book/book';
import type { BookOrder, BookReport } from '../../domain/book/types';
import { anOrder, aQuote, aReplacement } from './an-order';

export type Step = (book: Book, reports: BookReport[]) => void;

export const submit =
  (orderId: string, fields: Partial<BookOrder> = {}): Step =>
  (book, reports) => {
    book.submit(anOrder({ orderId, ...fields }), reports);
  };
export const sell = (orderId: string, fields: Partial<BookOrder> = {}) =>
  submit(orderId, { side: 'sell', ...fields });
export const quote =
  (...fields: Parameters<typeof aQuote>): Step =>
  (book, reports) => {
    book.quote(aQuote(...fields), reports);
  };
export const replace =
  (orderId: string, fields: Parameters<typeof aReplacement>[0]): Step =>
  (book, reports) => {
    book.replace(orderId, aReplacement(fields), reports);
  };
export const halt: Step = (book) => {
  book.halt();
};
export const unhalt: Step = (book, reports) => {
  book.unhalt(reports);
};
export const closeSession: Step = (book, reports) => {
  book.closeSession(reports);
};
export const openSession: Step = (book, reports) => {
  book.openSession(reports);
};
export const cancel =
  (orderId: string): Step =>
  (book, reports) => {
    book.cancel(orderId, reports);
  };

/** Does the steps and returns the book with what was reported, a short line a report. */
export function run(...steps: Step[]): { book: Book; said: string[] } {
  const book = new Book();
  const reports: BookReport[] = [];
  for (const step of steps) step(book, reports);
  return { book, said: reports.map(toLine) };
}

export function toLine(report: BookReport): string {
  const { kind, orderId, price, quantity, leaves, reason, replacementId, liquidity } = report;
  if (kind === 'trade') return `${orderId} ${liquidity} ${quantity}@${price} leaves ${leaves}`;
  const words = [orderId, kind, reason, replacementId];
  return `${words.filter((word) => word !== null).join(' ')} leaves ${leaves}`;
}

export const open = (book: Book) =>
  book
    .restingOrders()
    .map(({ orderId, quantity, filled, state }) => `${orderId} ${quantity - filled} ${state}`);
