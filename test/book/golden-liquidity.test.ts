import { Book } from '../../domain/book/book';
import type { BookReport } from '../../domain/book/types';
import { anOrder, aQuote } from './an-order';
import { caseOf, readGolden, unknownLines } from './golden-cases';

interface LiquidityCase {
  readonly id: string;
  readonly src: string;
  readonly trades: readonly [string, number][];
  readonly fills: readonly number[];
  readonly level: number;
  readonly orders: readonly number[];
  readonly thenLevel: number;
  readonly available: number;
  readonly quotes: readonly [price: string, size: number][];
  readonly leaves: number;
  readonly ask: string;
  readonly boundary: string;
  readonly blocked: string;
}

const CASES = readGolden<LiquidityCase>('liquidity');
const toPrice = (text: string) => Math.round(Number(text) * 10_000);
const filledOf = (reports: readonly BookReport[], orderId: string) =>
  reports.filter((one) => one.orderId === orderId).reduce((sum, one) => sum + one.quantity, 0);

for (const line of unknownLines(CASES, ['Q01', 'Q02', 'Q03', 'Q04', 'Q07'])) test.todo(line);

test('Q01 what the market maker shows stands in front of an order that came later', () => {
  const { trades, fills } = caseOf(CASES, 'Q01');
  const book = new Book();
  book.quote(aQuote([[toPrice('100.00'), 100]], [], null), []);
  book.submit(anOrder({ orderId: 'o', quantity: 50, limitPrice: toPrice('100.00') }), []);
  // The sellers of the case are outside of a book; here they are another account's orders.
  const filled = trades.map(([orderId, quantity], index) => {
    const reports: BookReport[] = [];
    const seller = { orderId: `${orderId}-${index}`, side: 'sell', quantity } as const;
    book.submit(anOrder({ ...seller, type: 'market', timeInForce: 'ioc' }), reports);
    return filledOf(reports, 'o');
  });
  expect(filled).toEqual(fills);
});

test('Q02 what is taken stays taken until the level is offered anew', () => {
  const { level, orders, fills, thenLevel, available } = caseOf(CASES, 'Q02');
  const book = new Book();
  const buy = (orderId: string, quantity: number) => {
    const reports: BookReport[] = [];
    book.submit(anOrder({ orderId, quantity, timeInForce: 'ioc' }), reports);
    return filledOf(reports, orderId);
  };
  book.quote(aQuote([], [[100, level]]), []);
  expect(orders.map((quantity, index) => buy(`o${index}`, quantity))).toEqual(fills);
  book.quote(aQuote([], [[100, level]]), []);
  expect(book.quoteState().asks[0]?.size).toBe(level - 80);
  book.quote(aQuote([], [[100, thenLevel]]), []);
  expect(buy('rest', 1_000)).toBe(available);
});

test('Q03 a resting order takes each quote up to its size', () => {
  const { quotes, fills, leaves } = caseOf(CASES, 'Q03');
  const book = new Book();
  book.submit(anOrder({ orderId: 'o', quantity: 1_000, limitPrice: toPrice('100.05') }), []);
  const filled = quotes.map(([price, size]) => {
    const reports: BookReport[] = [];
    book.quote(aQuote([], [[toPrice(price), size]]), reports);
    return filledOf(reports, 'o');
  });
  expect(filled).toEqual(fills);
  expect(book.restingOrders()[0]).toMatchObject({ filled: 1_000 - leaves });
});

test('Q04 a market order trades up to its protection price and not beyond', () => {
  const { ask, boundary, blocked } = caseOf(CASES, 'Q04');
  const book = new Book();
  const reports: BookReport[] = [];
  const asks = [ask, boundary, blocked].map((price) => [toPrice(price), 10] as const);
  book.quote(aQuote([], asks), []);
  const protectionPrice = toPrice(boundary);
  book.submit(anOrder({ type: 'market', quantity: 30, protectionPrice }), reports);
  expect(reports.map(({ price }) => price)).toEqual([toPrice(ask), toPrice(boundary)]);
  expect(book.restingOrders()[0]).toMatchObject({ filled: 20, state: 'resting' });
});

test.todo('Q07 a formula of price impact by volume: our liquidity is finite levels instead');
