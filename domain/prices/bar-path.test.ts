import fc from 'fast-check';
import { anOrder, aQuote } from '../../test/book/an-order';
import { Book } from '../book/book';
import { MAX_BOOK_QUANTITY, type BookReport } from '../book/types';
import type { Bar } from './bar';
import { afterQuote, barCorners, barQuotes, nextBarQuote, playBar, startOfBar } from './bar-path';

function aBar(fields: Partial<Bar> = {}): Bar {
  return { startMs: 0, open: 100, high: 105, low: 95, close: 102, volume: 1_000n, ...fields };
}

/** The prices of the quotes of a bar that meets this book. */
function visited(book: Book, bar: Bar): (number | null)[] {
  return Array.from(barQuotes(book, bar), (quote) => {
    book.quote(quote, []);
    return quote.print;
  });
}

test.each([
  { name: 'closes up', bar: aBar(), corners: [100, 95, 105, 102] },
  { name: 'closes unchanged', bar: aBar({ close: 100 }), corners: [100, 95, 105, 100] },
  { name: 'closes down', bar: aBar({ close: 99 }), corners: [100, 105, 95, 99] },
])('a bar that $name has the corners $corners', ({ bar, corners }) => {
  expect(barCorners(bar)).toEqual(corners);
});

test.each([
  { name: 'without orders', bar: aBar(), prices: [100, 95, 105, 102] },
  { name: 'that opens at its low', bar: aBar({ low: 100 }), prices: [100, 105, 102] },
  {
    name: 'of one price',
    bar: aBar({ open: 100, high: 100, low: 100, close: 100 }),
    prices: [100],
  },
])('a bar $name visits $prices', ({ bar, prices }) => {
  expect(visited(new Book(), bar)).toEqual(prices);
});

test('every order on the way is met at its own price', () => {
  const book = new Book();
  const reports: BookReport[] = [];
  book.submit(anOrder({ orderId: 'buy', quantity: 5, limitPrice: 97 }), reports);
  book.submit(anOrder({ orderId: 'sell', side: 'sell', quantity: 5, limitPrice: 104 }), reports);
  book.submit(anOrder({ orderId: 'stop', type: 'stop', quantity: 5, stopPrice: 103 }), reports);
  playBar(book, aBar(), reports);
  expect(reports.map(({ kind, orderId, price }) => [kind, orderId, price])).toEqual([
    ['trade', 'buy', 97],
    ['triggered', 'stop', 0],
    ['trade', 'stop', 103],
    ['trade', 'sell', 104],
  ]);
});

test('the open is a jump: a limit it passed trades at the open', () => {
  const book = new Book();
  const reports: BookReport[] = [];
  book.submit(anOrder({ quantity: 5, limitPrice: 110 }), reports);
  playBar(book, aBar(), reports);
  expect(reports).toMatchObject([{ kind: 'trade', price: 100 }]);
});

test('all orders of a bar together trade no more with the market maker than its volume', () => {
  const book = new Book();
  const reports: BookReport[] = [];
  book.submit(anOrder({ orderId: 'a', quantity: 700, limitPrice: 97 }), reports);
  book.submit(anOrder({ orderId: 'b', quantity: 700, limitPrice: 96 }), reports);
  playBar(book, aBar(), reports);
  expect(reports.map(({ orderId, quantity }) => [orderId, quantity])).toEqual([
    ['a', 700],
    ['b', 300],
  ]);
});

test('a stop that finds no volume left works on and trades in the next bar', () => {
  const book = new Book();
  const reports: BookReport[] = [];
  const stop = { type: 'stop', stopPrice: 103, protectionPrice: 110 } as const;
  book.submit(anOrder({ ...stop, quantity: 5 }), reports);
  playBar(book, aBar({ volume: 0n }), reports);
  expect(reports).toMatchObject([{ kind: 'triggered' }]);
  playBar(book, aBar({ open: 101 }), reports);
  expect(reports).toMatchObject([{}, { kind: 'trade', price: 101 }]);
});

test.each([
  { name: 'unknown', volume: null },
  { name: 'larger than the book takes', volume: 10n ** 20n },
])('a volume that is $name is the most the book takes', ({ volume }) => {
  expect(startOfBar(aBar({ volume })).volumeLeft).toBe(MAX_BOOK_QUANTITY);
});

const ticks = fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 4, maxLength: 4 });
const bars = ticks.map(([open = 0, close = 0, one = 0, other = 0]) =>
  aBar({ open, close, high: Math.max(open, close, one), low: Math.min(open, close, other) }),
);
const orders = fc.array(
  fc.record({
    side: fc.constantFrom('buy', 'sell'),
    type: fc.constantFrom('limit', 'stop'),
    price: fc.integer({ min: 88, max: 112 }),
  } as const),
  { maxLength: 8 },
);

test('within a bar a limit trades at its limit and a stop at its stop, unless the open passed it', () => {
  fc.assert(
    fc.property(bars, orders, (bar, wanted) => {
      const book = new Book();
      const reports: BookReport[] = [];
      // A print before the open, so that stops are on the right side of the market or trade here.
      book.quote(aQuote([], [], 100), reports);
      wanted.forEach(({ side, type, price }, index) => {
        const prices =
          type === 'limit'
            ? { limitPrice: price, accountId: 'all in one', selfTradePrevention: 'expire_both' }
            : { stopPrice: price, protectionPrice: side === 'buy' ? 200 : 1 };
        const order = { orderId: `o${index}`, side, type, quantity: 1 };
        book.submit(anOrder({ ...order, ...(prices as object) }), reports);
      });
      const working = new Map(book.restingOrders().map((row) => [row.orderId, row]));
      const played: BookReport[] = [];
      playBar(book, bar, played);
      for (const { kind, orderId, price } of played) {
        const row = working.get(orderId);
        if (kind !== 'trade' || row === undefined) continue;
        const own = row.limitPrice ?? row.stopPrice ?? bar.open;
        const buysBelow = (row.side === 'buy') === (row.limitPrice !== null);
        const passed = buysBelow ? bar.open <= own : bar.open >= own;
        expect(price).toBe(passed ? bar.open : own);
      }
      expect(book.lastPrint).toBe(bar.close);
    }),
    { numRuns: 500 },
  );
});

test('a bar that was left in the middle goes on from the position that was kept', () => {
  const bar = aBar();
  const whole = new Book();
  const halves = new Book();
  const reports: [BookReport[], BookReport[]] = [[], []];
  for (const [index, book] of [whole, halves].entries()) {
    const limit = { quantity: 900, limitPrice: 97 };
    book.submit(anOrder({ orderId: 'a', ...limit }), reports[index] ?? []);
    const offer = { side: 'sell', quantity: 900, limitPrice: 104 } as const;
    book.submit(anOrder({ orderId: 'b', ...offer }), reports[index] ?? []);
  }
  playBar(whole, bar, reports[0]);
  let position = startOfBar(bar);
  for (;;) {
    const kept = JSON.parse(JSON.stringify(position)) as typeof position;
    const step = nextBarQuote(halves, bar, kept);
    if (step === null) break;
    const now: BookReport[] = [];
    halves.quote(step.quote, now);
    position = afterQuote(step.position, now);
    reports[1].push(...now);
  }
  expect(reports[1]).toEqual(reports[0]);
});
