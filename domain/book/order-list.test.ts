import { anOrder } from '../../test/book/an-order';
import {
  cancel,
  closeSession,
  halt,
  open,
  openSession,
  quote,
  replace,
  run,
  sell,
} from '../../test/book/steps';
import { submit, unhalt, type Step } from '../../test/book/steps';
import type { BookOrder } from './types';

const role = (of: 'entry' | 'exit') => ({ list: { id: 'list', role: of }, accountId: 'me' });

/** A buy of 100 with a limit of 300, a take-profit at 310 and a stop-loss at 290. */
const entry = (fields: Partial<BookOrder> = {}): BookOrder =>
  anOrder({ orderId: 'entry', limitPrice: 300, ...role('entry'), ...fields });
const profit = (fields: Partial<BookOrder> = {}): BookOrder =>
  anOrder({ orderId: 'tp', side: 'sell', limitPrice: 310, ...role('exit'), ...fields });
const loss = (fields: Partial<BookOrder> = {}): BookOrder =>
  anOrder({
    orderId: 'sl',
    side: 'sell',
    type: 'stop',
    stopPrice: 290,
    protectionPrice: 280,
    ...role('exit'),
    ...fields,
  });

const list =
  (...orders: BookOrder[]): Step =>
  (book, reports) => {
    book.submitList(orders, reports);
  };
const bracket = (fields: Partial<BookOrder> = {}) => list(entry(fields), profit(), loss());
const oco = list(profit(), loss());

describe('a bracket', () => {
  test('holds its exits until the entry is filled whole, then both live for all of it', () => {
    const { book, said } = run(
      bracket(),
      quote([], [[300, 40]], 300),
      (market) => {
        expect(open(market)).toEqual(['tp 100 held', 'sl 100 held', 'entry 60 resting']);
      },
      quote([], [[300, 60]], 300),
    );
    expect(said).toEqual([
      'entry maker 40@300 leaves 60',
      'entry maker 60@300 leaves 0',
      'tp activated leaves 100',
      'sl activated leaves 100',
    ]);
    expect(open(book)).toEqual(['tp 100 resting', 'sl 100 untriggered']);
  });

  test.each([
    {
      name: 'take-profit',
      price: 310,
      said: ['tp maker 100@310 leaves 0', 'sl canceled other_exit_filled leaves 0'],
    },
    {
      name: 'stop-loss',
      price: 290,
      said: [
        'sl triggered leaves 100',
        'sl taker 100@290 leaves 0',
        'tp canceled other_exit_filled leaves 0',
      ],
    },
  ])('ends whole when its $name is filled', ({ price, said }) => {
    const end = price === 310 ? quote([[310, 500]], [], 310) : quote([[290, 500]], [], 290);
    const { book, said: all } = run(bracket(), quote([], [[300, 100]], 300), end);
    expect(all.slice(3)).toEqual(said);
    expect(book.size).toBe(0);
  }); // prettier-ignore

  test('shrinks one exit by what the other trades', () => {
    const { book, said } = run(
      bracket(),
      quote([], [[300, 100]], 300),
      submit('other', { quantity: 30, limitPrice: 310, timeInForce: 'ioc' }),
    );
    expect(said.slice(3)).toEqual([
      'other taker 30@310 leaves 0',
      'tp maker 30@310 leaves 70',
      'sl restated leaves 70',
    ]);
    expect(open(book)).toEqual(['tp 70 resting', 'sl 70 untriggered']);
  });

  test('ends with an entry that closes unfilled', () => {
    const { book, said } = run(bracket(), cancel('entry'));
    expect(said).toEqual([
      'entry canceled requested leaves 0',
      'tp canceled entry_unfilled leaves 0',
      'sl canceled entry_unfilled leaves 0',
    ]);
    expect(book.size).toBe(0);
  });

  test('protects what an entry executed before it was canceled', () => {
    const { book, said } = run(bracket(), quote([], [[300, 40]], 300), cancel('entry'));
    expect(said.slice(2)).toEqual(['tp activated leaves 40', 'sl activated leaves 40']);
    expect(open(book)).toEqual(['tp 40 resting', 'sl 40 untriggered']);
  });

  test('lets its exits wait when the entry ends while nothing matches', () => {
    const { book, said } = run(
      bracket(),
      quote([], [[300, 40]], 300),
      halt,
      cancel('entry'),
      (market) => {
        expect(open(market)).toEqual(['tp 40 waiting', 'sl 40 waiting']);
      },
      unhalt,
    );
    expect(open(book)).toEqual(['tp 40 resting', 'sl 40 untriggered']);
    expect(said).toHaveLength(4);
  });

  test('ends whole at the close of the session', () => {
    const { book, said } = run(bracket(), quote([], [[300, 40]], 300), closeSession);
    expect(said.slice(1)).toEqual([
      'tp expired session_close leaves 0',
      'sl expired session_close leaves 0',
      'entry expired session_close leaves 0',
    ]);
    expect(book.size).toBe(0);
  });

  test('keeps its place in the list through a replace, and its size', () => {
    const { book, said } = run(
      bracket(),
      replace('entry', { orderId: 'entry2', quantity: 5, limitPrice: 301 }),
      quote([], [[301, 100]], 301),
      replace('sl', { orderId: 'sl2', quantity: 7, stopPrice: 295 }),
      quote([[295, 100]], [], 295),
    );
    expect(said).toEqual([
      'entry replaced requested entry2 leaves 100',
      'entry2 maker 100@301 leaves 0',
      'tp activated leaves 100',
      'sl activated leaves 100',
      'sl replaced requested sl2 leaves 100',
      'sl2 triggered leaves 100',
      'sl2 taker 100@295 leaves 0',
      'tp canceled other_exit_filled leaves 0',
    ]);
    expect(book.size).toBe(0);
  });

  test('elects no stop-loss by a print from before its entry was filled', () => {
    const { said } = run(quote([], [], 285), bracket(), quote([[299, 500]], [[300, 100]], null));
    expect(said.some((line) => line.includes('triggered'))).toBe(false);
  });

  test('may trade an exit in the very step that fills its entry', () => {
    const { said } = run(
      quote([[305, 500]], [[306, 500]], 305),
      list(entry({ limitPrice: 306 }), profit({ limitPrice: 305 }), loss()),
    );
    expect(said).toEqual([
      'entry taker 100@306 leaves 0',
      'tp activated leaves 100',
      'sl activated leaves 100',
      'tp taker 100@305 leaves 0',
      'sl canceled other_exit_filled leaves 0',
    ]);
  });
});

describe('one cancels the other', () => {
  test('both live at once, and a cancel of one is a cancel of both', () => {
    const { book, said } = run(quote([], [], 300), oco, cancel('sl'));
    expect(said).toEqual([
      'sl canceled requested leaves 0',
      'tp canceled other_exit_closed leaves 0',
    ]);
    expect(book.size).toBe(0);
  });

  test.each([
    { name: 'wait for the session', steps: [closeSession, oco, openSession] },
    { name: 'come after it opened', steps: [oco] },
  ])('that $name say when they live', ({ steps }) => {
    const waiting = list(profit({ waits: true }), loss({ waits: true }));
    const { book, said } = run(
      quote([], [], 300),
      ...steps.map((step) => (step === oco ? waiting : step)),
    );
    expect(said).toEqual(['tp activated leaves 100', 'sl activated leaves 100']);
    expect(open(book)).toEqual(['tp 100 resting', 'sl 100 untriggered']);
  });

  test('of two that waited, one that trades at the open ends the other', () => {
    const { book, said } = run(closeSession, oco, quote([[311, 500]], [], 311), openSession);
    expect(said).toEqual(['tp taker 100@311 leaves 0', 'sl canceled other_exit_filled leaves 0']);
    expect(book.size).toBe(0);
  });

  test('never fill both, though one order could take both', () => {
    const { said } = run(
      quote([], [], 300),
      oco,
      // Elects the stop-loss, whose rest stands in the book below the take-profit.
      sell('down', { quantity: 1, limitPrice: 290 }),
      submit('first', { quantity: 1, limitPrice: 290 }),
      submit('whale', { quantity: 500, limitPrice: 400 }),
    );
    const sold = said.filter((line) => /^(tp|sl) (maker|taker)/.test(line));
    expect(sold).toEqual(['sl maker 100@290 leaves 0']);
    expect(said).toContain('tp canceled other_exit_filled leaves 0');
  });

  test('an exit elected behind the one that ends it is not elected any more', () => {
    const { said } = run(
      quote([], [], 300),
      list(
        profit({ type: 'stop', limitPrice: null, stopPrice: 295, protectionPrice: 280 }),
        loss({ orderId: 'sl', stopPrice: 294 }),
      ),
      quote([[290, 500]], [], 290, true),
    );
    expect(said).toEqual([
      'tp triggered leaves 100',
      'tp taker 100@290 leaves 0',
      'sl canceled other_exit_filled leaves 0',
    ]);
  });
});

test.each([
  { name: 'of two lists', orders: [entry(), profit({ list: { id: 'other', role: 'exit' } })] },
  { name: 'with two entries', orders: [entry(), entry({ orderId: 'second' })] },
  { name: 'with an order of no list', orders: [entry(), anOrder({ orderId: 'alone' })] },
])('a list $name is a bug of its caller', ({ orders }) => {
  expect(() => run(list(...orders))).toThrow(RangeError);
});
