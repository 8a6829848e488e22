import { Book } from '../../domain/book/book';
import { trailingStopPrice } from '../../domain/book/trail-price';
import type { BookOrder, BookReport } from '../../domain/book/types';
import type { Bar } from '../../domain/prices/bar';
import { playBar } from '../../domain/prices/bar-path';
import { anOrder, aQuote } from './an-order';
import { caseOf, readGolden, unknownLines } from './golden-cases';

type Candle = readonly [open: number, high: number, low: number, close: number];

interface TriggerCase {
  readonly id: string;
  readonly order: string;
  readonly bars: readonly Candle[];
  readonly fills: readonly (string | null)[];
  readonly cases: readonly {
    readonly prevClose?: number;
    readonly open: number;
    readonly low?: number;
    readonly fill: string;
  }[];
  readonly trail_price: string;
  readonly prices: readonly string[];
  readonly stop: readonly string[];
  readonly triggeredAt: number;
  readonly pct: { readonly trail_percent: string; readonly hwm: string; readonly stop: string };
}

const CASES = readGolden<TriggerCase>('triggers');
const toPrice = (value: string | number) => Math.round(Number(value) * 10_000);

function toBar([open, high, low, close]: Candle): Bar {
  return {
    startMs: 0,
    open: toPrice(open),
    high: toPrice(high),
    low: toPrice(low),
    close: toPrice(close),
    volume: 1_000n,
  };
}

/** `buy stop 101.5`, as the cases say it; a stop with a limit names that behind it. */
function toOrder(text: string): BookOrder {
  const [side, word, ...prices] = text.split(' ');
  const [first, second] = prices.filter((part) => /^[\d.]+$/.test(part)).map(toPrice);
  const type = word === 'stop' && second !== undefined ? 'stop_limit' : word;
  const [stopPrice, limitPrice] = type === 'limit' ? [null, first] : [first, second];
  return anOrder({
    side: side as 'buy' | 'sell',
    type: type as 'stop' | 'limit' | 'stop_limit',
    quantity: 10,
    stopPrice: stopPrice ?? null,
    limitPrice: limitPrice ?? null,
  });
}

/** Plays the bar and returns at which price the only order filled, if it did. */
function fillPrice(book: Book, candle: Candle): number | null {
  const reports: BookReport[] = [];
  playBar(book, toBar(candle), reports);
  const prices = reports.filter(({ kind }) => kind === 'trade').map(({ price }) => price);
  expect(prices.length).toBeLessThanOrEqual(1);
  return prices[0] ?? null;
}

/** Whatever says an order, bars and fills needs no more words. */
const OF_BARS = CASES.filter((one) => 'bars' in one && 'fills' in one);
for (const line of unknownLines(CASES, ['T04', 'T06', 'T08', ...OF_BARS.map(({ id }) => id)]))
  test.todo(line);

test.each(OF_BARS)(
  '$id inside a bar an order is met at its own price',
  ({ order, bars, fills }) => {
    const book = new Book();
    book.submit(toOrder(order), []);
    const prices = bars.map((candle) => fillPrice(book, candle));
    expect(prices).toEqual(fills.map((fill) => (fill === null ? null : toPrice(fill))));
  },
);

test('T04 after a gap a stop trades at what is offered, on the way at its stop', () => {
  const { order, cases } = caseOf(CASES, 'T04');
  for (const { prevClose = 105, open, low = open, fill } of cases) {
    const book = new Book();
    book.quote(aQuote([], [], toPrice(prevClose)), []);
    book.submit(toOrder(order), []);
    expect(fillPrice(book, [open, open, low, low])).toBe(toPrice(fill));
  }
});

test('T06 a trailing stop follows the highest print and never moves back', () => {
  const { trail_price, prices, stop, triggeredAt, pct } = caseOf(CASES, 'T06');
  const trailing = { type: 'trailing_stop', side: 'sell', protectionPrice: 1 } as const;
  const book = new Book();
  book.submit(anOrder({ ...trailing, trailPrice: toPrice(trail_price) }), []);
  prices.forEach((price, index) => {
    const reports: BookReport[] = [];
    book.quote(aQuote([], [], toPrice(price)), reports);
    expect(reports.map(({ kind }) => kind)).toEqual(index === triggeredAt ? ['triggered'] : []);
    // Where it stands is where a falling price would meet it.
    const met = index === triggeredAt ? toPrice(price) : book.nextTriggerBetween(toPrice(price), 1);
    expect(met).toBe(toPrice(stop[index] ?? ''));
  });
  const trailPercent = toPrice(pct.trail_percent);
  expect(trailingStopPrice({ side: 'sell', trailPercent }, toPrice(pct.hwm))).toBe(
    toPrice(pct.stop),
  );
});

test('T08 a quote alone elects no stop; a print does', () => {
  const book = new Book();
  const reports: BookReport[] = [];
  const stop = toPrice(101);
  book.submit(anOrder({ type: 'stop', stopPrice: stop, quantity: 10 }), reports);
  book.quote(aQuote([[stop + 1_000, 50]], [[stop + 2_000, 50]]), reports);
  expect(reports).toEqual([]);
  book.quote(aQuote([[stop + 1_000, 50]], [[stop + 2_000, 50]], stop + 1_000), reports);
  expect(reports.map(({ kind }) => kind)).toEqual(['triggered', 'trade']);
});
