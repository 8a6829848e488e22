import { anOrder, aQuote } from '../../test/book/an-order';
import { cancel, open, quote, run, sell, submit } from '../../test/book/steps';
import { Book } from './book';
import { toRestingOrder } from './entry';
import { MAX_BOOK_PRICE, MAX_BOOK_QUANTITY, type BookOrder, type BookReport } from './types';

describe('time in force', () => {
  test.each([
    {
      name: 'a day market order works on up to its protection price',
      order: { type: 'market', quantity: 30, protectionPrice: 105 },
      said: ['o taker 10@101 leaves 20'],
      stays: ['o 20 resting'],
    },
    {
      name: 'a day market order without protection price is canceled',
      order: { type: 'market', quantity: 30 },
      said: ['o taker 10@101 leaves 20', 'o canceled insufficient_liquidity leaves 0'],
      stays: [],
    },
    {
      name: 'what is left of an ioc market order is canceled',
      order: { type: 'market', timeInForce: 'ioc', quantity: 30, protectionPrice: 105 },
      said: ['o taker 10@101 leaves 20', 'o canceled insufficient_liquidity leaves 0'],
      stays: [],
    },
    {
      name: 'what is left of an ioc limit order is canceled',
      order: { timeInForce: 'ioc', quantity: 30, limitPrice: 101 },
      said: ['o taker 10@101 leaves 20', 'o canceled ioc_unfilled leaves 0'],
      stays: [],
    },
    {
      name: 'a fok order that cannot fill whole does not trade at all',
      order: { timeInForce: 'fok', quantity: 11, limitPrice: 101 },
      said: ['o canceled fok_unfilled leaves 0'],
      stays: [],
    },
    {
      name: 'a post-only order that would take is rejected',
      order: { postOnly: true, quantity: 5, limitPrice: 101 },
      said: ['o rejected post_only_would_take leaves 0'],
      stays: [],
    },
    {
      name: 'a market order never trades beyond its protection price',
      order: { type: 'market', quantity: 5, protectionPrice: 100 },
      said: [],
      stays: ['o 5 resting'],
    },
  ] as const)('$name', ({ order, said, stays }) => {
    const result = run(quote([[99, 10]], [[101, 10]]), submit('o', order));
    expect(result.said).toEqual(said);
    expect(open(result.book)).toEqual(stays);
  });
});

describe('what is left of a market order', () => {
  const works = submit('m', { type: 'market', quantity: 10, protectionPrice: 110 });

  test('takes what the market maker offers next at the price offered', () => {
    const { said } = run(works, quote([[99, 10]], [[101, 10]]));
    expect(said).toEqual(['m maker 10@101 leaves 0']);
  });

  test.each([
    { last: 100, limit: 98, price: 100 },
    { last: 100, limit: 103, price: 103 },
    { last: 120, limit: 98, price: 110 },
    { last: null, limit: 98, price: 98 },
  ])('trades with a limit of $limit after a print of $last at $price', ({ last, limit, price }) => {
    const { said } = run(
      quote([], [], last),
      works,
      sell('s', { quantity: 10, limitPrice: limit }),
    );
    expect(said[0]).toBe(`s taker 10@${price} leaves 0`);
  });
});

describe('the quote of the market maker', () => {
  const seller = (quantity: number) => sell('s', { quantity, limitPrice: 100, timeInForce: 'ioc' });

  test.each([
    { name: 'the same size again', next: 10, said: ['s taker 10@100 leaves 5'] },
    { name: 'a smaller size', next: 7, said: ['s taker 7@100 leaves 8'] },
    { name: 'a larger size', next: 12, said: ['s taker 15@100 leaves 0', 'o maker 15@100'] },
  ])('$name keeps or loses its place before an order', ({ next, said }) => {
    const result = run(
      quote([[100, 10]], []),
      submit('o', { quantity: 20 }),
      quote([[100, next]], []),
      seller(15),
    );
    expect(result.said.slice(0, said.length).map((line) => line)).toEqual(
      said.map((line): unknown => (line.includes('leaves') ? line : expect.stringContaining(line))),
    );
  });

  test('the same quote again refills nothing', () => {
    const again = quote([[100, 10]], []);
    const { said } = run(again, seller(8), again, seller(8));
    expect(said).toEqual([
      's taker 8@100 leaves 0',
      's taker 2@100 leaves 6',
      's canceled ioc_unfilled leaves 0',
    ]);
  });

  test('a quote with less than is left keeps its place, with more than is left it joins behind', () => {
    const before = [quote([[100, 10]], []), seller(8), submit('o', { quantity: 5 })];
    expect(run(...before, quote([[100, 2]], []), seller(3)).said.slice(1)).toEqual([
      's taker 2@100 leaves 1',
      's taker 1@100 leaves 0',
      'o maker 1@100 leaves 4',
    ]);
    expect(run(...before, quote([[100, 3]], []), seller(3)).said.slice(1)).toEqual([
      's taker 3@100 leaves 0',
      'o maker 3@100 leaves 2',
    ]);
  });

  test('orders it crosses trade at their own price, best first, up to its size', () => {
    const { said } = run(
      submit('low', { quantity: 10, limitPrice: 100 }),
      submit('high', { quantity: 10, limitPrice: 102 }),
      submit('late', { quantity: 10, limitPrice: 102 }),
      quote([], [[100, 15]]),
    );
    expect(said).toEqual(['high maker 10@102 leaves 0', 'late maker 5@102 leaves 5']);
  });

  test('after a gap orders it crosses trade at what is offered', () => {
    const { said } = run(
      submit('o', { quantity: 10, limitPrice: 102 }),
      quote([], [[99, 15]], 99, true),
    );
    expect(said).toEqual(['o maker 10@99 leaves 0']);
  });

  test('its two sides at one price never trade with each other', () => {
    const { book, said } = run(quote([[100, 10]], [[100, 10]], 100));
    expect(said).toEqual([]);
    expect(book.quoteState().bids).toMatchObject([{ price: 100, quoted: 10, size: 10 }]);
  });
});

describe('stops', () => {
  const stop = (orderId: string, stopPrice: number, fields: Partial<BookOrder> = {}) =>
    submit(orderId, { type: 'stop', stopPrice, protectionPrice: 120, quantity: 5, ...fields });

  test('are elected by the price met on the way, then by entry', () => {
    const { said } = run(
      quote([], [], 95),
      stop('far', 103),
      stop('near', 101),
      stop('later', 101),
      quote([], [[104, 100]], 104),
    );
    expect(said.filter((line) => line.includes('triggered'))).toEqual([
      'near triggered leaves 5',
      'later triggered leaves 5',
      'far triggered leaves 5',
    ]);
  });

  test('queue up their own prints, which elect in turn', () => {
    const { said } = run(
      quote([], [], 100),
      stop('first', 101),
      stop('second', 105),
      stop('third', 101),
      sell('offer', { quantity: 5, limitPrice: 105 }),
      sell('more', { quantity: 50, limitPrice: 106 }),
      quote([], [], 101),
    );
    expect(said).toEqual([
      'first triggered leaves 5',
      'first taker 5@105 leaves 0',
      'offer maker 5@105 leaves 0',
      'third triggered leaves 5',
      'third taker 5@106 leaves 0',
      'more maker 5@106 leaves 45',
      'second triggered leaves 5',
      'second taker 5@106 leaves 0',
      'more maker 5@106 leaves 40',
    ]);
  });

  test('are elected at once when already through the market', () => {
    const { said } = run(quote([[99, 10]], [[101, 10]], 100), stop('s', 100));
    expect(said).toEqual(['s triggered leaves 5', 's taker 5@101 leaves 0']);
  });

  test('lose their stop price once elected, so the row of one that works on says so', () => {
    const { book } = run(quote([], [], 100), stop('s', 100));
    expect(book.restingOrders()).toMatchObject([{ state: 'resting', stopPrice: null }]);
  });
});

describe('self-trade prevention', () => {
  const own = { accountId: 'me' };

  test.each([
    {
      mode: 'expire_taker',
      said: ['t taker 3@100 leaves 7', 'other maker 3@100 leaves 0', 't canceled'],
      stays: ['own 5 resting', 'last 9 resting'],
    },
    {
      mode: 'expire_maker',
      said: [
        't taker 3@100 leaves 7',
        'other maker 3@100 leaves 0',
        'own canceled',
        't taker 7@100',
      ],
      stays: ['last 2 resting'],
    },
    {
      mode: 'expire_both',
      said: ['t taker 3@100 leaves 7', 'other maker 3@100 leaves 0', 'own canceled', 't canceled'],
      stays: ['last 9 resting'],
    },
  ] as const)('$mode', ({ mode, said, stays }) => {
    const result = run(
      submit('other', { quantity: 3 }),
      submit('own', { ...own, quantity: 5 }),
      submit('last', { quantity: 9 }),
      sell('t', { ...own, quantity: 10, limitPrice: 100, selfTradePrevention: mode }),
    );
    said.forEach((line, index) => {
      expect(result.said[index]).toContain(line);
    });
    expect(open(result.book)).toEqual(stays);
  });

  test.each([
    { mode: 'expire_maker', quantity: 9, said: ['own canceled', 't taker 9@100', 'last maker 9'] },
    { mode: 'expire_maker', quantity: 10, said: ['t canceled fok_unfilled'] },
    { mode: 'expire_taker', quantity: 9, said: ['t canceled self_trade_prevented'] },
    { mode: 'expire_both', quantity: 9, said: ['own canceled', 't canceled self_trade'] },
  ] as const)(
    'a fok of $quantity counts own orders as absent, $mode',
    ({ mode, quantity, said }) => {
      const result = run(
        submit('own', { ...own, quantity: 5 }),
        submit('last', { quantity: 9 }),
        sell('t', { ...own, quantity, timeInForce: 'fok', selfTradePrevention: mode }),
      );
      expect(result.said).toHaveLength(said.length);
      said.forEach((line, index) => {
        expect(result.said[index]).toContain(line);
      });
    },
  );
});

describe('the way of a price', () => {
  const { book } = run(
    quote([[99, 5]], [[101, 5]], 100),
    submit('buy', { limitPrice: 96 }),
    sell('sell', { limitPrice: 104 }),
    submit('buy-stop', { type: 'stop', stopPrice: 103 }),
    sell('sell-stop', { type: 'stop', stopPrice: 97 }),
  );

  test.each([
    { from: 100, to: 110, next: 103 },
    { from: 103, to: 110, next: 104 },
    { from: 104, to: 110, next: null },
    { from: 100, to: 103, next: 103 },
    { from: 100, to: 102, next: null },
    { from: 100, to: 90, next: 97 },
    { from: 97, to: 90, next: 96 },
    { from: 96, to: 90, next: null },
    { from: 100, to: 100, next: null },
  ])('from $from to $to meets $next first', ({ from, to, next }) => {
    expect(book.nextTriggerBetween(from, to)).toBe(next);
  });
});

describe('rows', () => {
  test('only what changed since the last look is told, and nothing of what came and went', () => {
    const { book } = run(submit('a', { quantity: 10 }), submit('b'));
    expect(book.takeChanges().upserted.map(({ order }) => order.orderId)).toEqual(['a', 'b']);
    const reports: BookReport[] = [];
    submit('gone')(book, reports);
    cancel('gone')(book, reports);
    sell('s', { quantity: 4, limitPrice: 100 })(book, reports);
    cancel('b')(book, reports);
    const { upserted, removed } = book.takeChanges();
    expect(upserted.map(toRestingOrder)).toMatchObject([{ orderId: 'a', filled: 4 }]);
    expect(removed).toEqual(['b']);
    expect(book.takeChanges()).toEqual({ upserted: [], removed: [] });
  });
});

describe('what would corrupt the book is a bug of its caller', () => {
  test.each([
    { name: 'quantity 0', order: { quantity: 0 } },
    { name: 'half a unit', order: { quantity: 0.5 } },
    { name: 'too large a quantity', order: { quantity: MAX_BOOK_QUANTITY + 1 } },
    { name: 'nothing left', order: { quantity: 5, filled: 5 } },
    { name: 'a price too high', order: { limitPrice: MAX_BOOK_PRICE + 1 } },
    { name: 'a limit without price', order: { limitPrice: null } },
    { name: 'a stop without price', order: { type: 'stop', limitPrice: null } },
    { name: 'a market order with a stop', order: { type: 'market', stopPrice: 5 } },
  ] as const)('an order with $name', ({ order }) => {
    const { book } = run(submit('here'));
    expect(() => {
      book.submit(anOrder(order), []);
    }).toThrow(RangeError);
  });

  test.each([
    { name: 'looked for', look: (book: Book) => book.has('other') },
    { name: 'canceled', look: (book: Book) => { cancel('other')(book, []); } }, // prettier-ignore
    { name: 'listed', look: (book: Book) => book.restingOrders() },
  ])('an id that is open twice, found when an order is $name', ({ look }) => {
    const { book } = run(submit('here'), submit('here'));
    expect(() => look(book)).toThrow(new Error('order here is open twice'));
  });

  test.each([
    { name: 'crossed', quote: aQuote([[102, 5]], [[101, 5]]) },
    { name: 'locked away from its print', quote: aQuote([[101, 5]], [[101, 5]], 100) },
    { name: 'out of order', quote: aQuote([], [[101, 5], [100, 5]]) }, // prettier-ignore
    { name: 'without size', quote: aQuote([[99, 0]], []) },
    { name: 'with a print of 0', quote: aQuote([], [], 0) },
  ])('a quote that is $name', ({ quote: bad }) => {
    expect(() => {
      new Book().quote(bad, []);
    }).toThrow(RangeError);
  });
});
