import { anOrder, aQuote, aReplacement } from '../../test/book/an-order';
import { Book } from './book';
import type { BookOrder, BookReport } from './types';

function trailing(orderId: string, fields: Partial<BookOrder> = {}): BookOrder {
  const trail = { type: 'trailing_stop', side: 'sell', trailPrice: 2, protectionPrice: 1 } as const;
  return anOrder({ orderId, ...trail, timeInForce: 'gtc', ...fields });
}

/** Prints each price; returns after which of them the orders were elected. */
function electedBy(book: Book, prices: readonly number[]): [orderId: string, print: number][] {
  return prices.flatMap((price) => {
    const reports: BookReport[] = [];
    book.quote(aQuote([], [], price), reports);
    const triggered = reports.filter(({ kind }) => kind === 'triggered');
    return triggered.map(({ orderId }): [string, number] => [orderId, price]);
  });
}

/** Two stops that have seen different extremes: one joined at 110, the other at 109. */
function oldAndNew(): Book {
  const book = new Book();
  electedBy(book, [110]);
  book.submit(trailing('old'), []);
  electedBy(book, [109]);
  book.submit(trailing('new'), []);
  return book;
}

test.each([
  { name: 'a sell follows the highest print', fields: {}, prices: [100, 103, 102, 101], at: 101 },
  {
    name: 'a buy follows the lowest print',
    fields: { side: 'buy', protectionPrice: 200 },
    prices: [100, 97, 98, 99],
    at: 99,
  },
  {
    name: 'a trail in millionths grows with the price',
    fields: { trailPrice: null, trailPercent: 20_000 },
    prices: [100, 200, 197, 196],
    at: 196,
  },
  {
    name: 'an order that joins before any print starts at the first',
    fields: {},
    prices: [50, 48],
    at: 48,
  },
] as const)('$name', ({ fields, prices, at }) => {
  const book = new Book();
  book.submit(trailing('t', fields), []);
  expect(electedBy(book, prices)).toEqual([['t', at]]);
});

test('an order knows only the prints since it joined', () => {
  const book = oldAndNew();
  expect(electedBy(book, [108, 107])).toEqual([
    ['old', 108],
    ['new', 107],
  ]);
});

test('a print elects by the price met on the way, then by entry', () => {
  const book = new Book();
  electedBy(book, [100]);
  book.submit(trailing('far', { trailPrice: 5 }), []);
  book.submit(anOrder({ orderId: 'stop', side: 'sell', type: 'stop', stopPrice: 97 }), []);
  book.submit(trailing('near', { trailPrice: 3 }), []);
  expect(electedBy(book, [94]).map(([orderId]) => orderId)).toEqual(['stop', 'near', 'far']);
});

test('a path of prices stops where a trailing stop is', () => {
  const book = new Book();
  electedBy(book, [100]);
  book.submit(trailing('t'), []);
  expect(book.nextTriggerBetween(100, 90)).toBe(98);
  electedBy(book, [105]);
  expect(book.nextTriggerBetween(105, 90)).toBe(103);
  expect(book.nextTriggerBetween(105, 104)).toBeNull();
});

test('a new distance starts at the last print, less of the same order keeps its extreme', () => {
  const book = new Book();
  electedBy(book, [100]);
  book.submit(trailing('a'), []);
  book.submit(trailing('b'), []);
  electedBy(book, [105, 104]);
  book.replace('a', aReplacement({ orderId: 'a2', quantity: 90 }), []);
  book.replace('b', aReplacement({ orderId: 'b2', quantity: 100, trail: 3 }), []);
  expect(electedBy(book, [103, 102, 101])).toEqual([
    ['a2', 103],
    ['b2', 101],
  ]);
});

test('an extreme that nobody has any more lends its age to no other', () => {
  const book = oldAndNew();
  const { trails } = book.state();
  book.cancel('old', []);
  electedBy(book, [111]);
  const since = trails?.sell[1]?.since;
  expect(book.state().trails?.sell).toEqual([{ since, extreme: 111 }]);
});

test('prints change no row', () => {
  const book = new Book();
  book.submit(trailing('t'), []);
  book.takeChanges();
  electedBy(book, [100, 105, 104]);
  expect(book.takeChanges()).toEqual({ upserted: [], removed: [] });
  expect(book.state().trails).toEqual({ buy: [], sell: [{ since: 1, extreme: 105 }] });
});

test.each([
  { name: 'no trail', fields: { trailPrice: null } },
  { name: 'two trails', fields: { trailPercent: 10_000 } },
  { name: 'a trail of all', fields: { trailPrice: null, trailPercent: 1_000_000 } },
  { name: 'a trail on a limit', fields: { type: 'limit', limitPrice: 5 } },
] as const)('an order with $name is a bug of its caller', ({ fields }) => {
  expect(() => {
    new Book().submit(trailing('t', fields), []);
  }).toThrow(RangeError);
});
