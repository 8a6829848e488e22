import { anOrder, aQuote, aReplacement } from '../../test/book/an-order';
import { Book } from './book';
import { MAX_BOOK_PRICE, MAX_BOOK_QUANTITY, type BookOrder, type BookReport } from './types';

type Step = (book: Book, reports: BookReport[]) => void;

const submit =
  (orderId: string, fields: Partial<BookOrder> = {}): Step =>
  (book, reports) => {
    book.submit(anOrder({ orderId, ...fields }), reports);
  };
const sell = (orderId: string, fields: Partial<BookOrder> = {}) =>
  submit(orderId, { side: 'sell', ...fields });
const quote =
  (...fields: Parameters<typeof aQuote>): Step =>
  (book, reports) => {
    book.quote(aQuote(...fields), reports);
  };
const replace =
  (orderId: string, fields: Parameters<typeof aReplacement>[0]): Step =>
  (book, reports) => {
    book.replace(orderId, aReplacement(fields), reports);
  };
const halt: Step = (book) => {
  book.halt();
};
const unhalt: Step = (book, reports) => {
  book.unhalt(reports);
};
const closeSession: Step = (book, reports) => {
  book.closeSession(reports);
};
const openSession: Step = (book, reports) => {
  book.openSession(reports);
};
const cancel =
  (orderId: string): Step =>
  (book, reports) => {
    book.cancel(orderId, reports);
  };

/** Does the steps and returns the book with what was reported, a short line a report. */
function run(...steps: Step[]): { book: Book; said: string[] } {
  const book = new Book();
  const reports: BookReport[] = [];
  for (const step of steps) step(book, reports);
  return { book, said: reports.map(toLine) };
}

function toLine(report: BookReport): string {
  const { kind, orderId, price, quantity, leaves, reason, replacementId, liquidity } = report;
  if (kind === 'trade') return `${orderId} ${liquidity} ${quantity}@${price} leaves ${leaves}`;
  const words = [orderId, kind, reason, replacementId];
  return `${words.filter((word) => word !== null).join(' ')} leaves ${leaves}`;
}

const open = (book: Book) =>
  book
    .restingOrders()
    .map(({ orderId, quantity, filled, state }) => `${orderId} ${quantity - filled} ${state}`);

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

describe('replace', () => {
  const two = [submit('a', { quantity: 10 }), submit('b', { quantity: 10 })];
  const hit = sell('s', { quantity: 5, timeInForce: 'ioc', limitPrice: 100 });

  test.each([
    { name: 'less keeps the place', wish: { quantity: 8 }, maker: 'new maker 5@100 leaves 3' },
    { name: 'more loses it', wish: { quantity: 11 }, maker: 'b maker 5@100 leaves 5' },
    {
      name: 'another price loses it',
      wish: { quantity: 8, limitPrice: 99 },
      maker: 'b maker 5@100 leaves 5',
    },
  ])('$name', ({ wish, maker }) => {
    const { said } = run(...two, replace('a', wish), hit);
    expect(said[0]).toBe(`a replaced requested new leaves ${wish.quantity}`);
    expect(said[2]).toBe(maker);
  });

  test.each([
    { quantity: 6, line: 'a replaced requested new leaves 1', stays: ['new 1 resting'] },
    { quantity: 5, line: 'a replaced requested new leaves 0', stays: [] },
    {
      quantity: 4,
      line: 'a replace_rejected quantity_below_filled new leaves 5',
      stays: ['a 5 resting'],
    },
  ])('a new total of $quantity after 5 executed', ({ quantity, line, stays }) => {
    const { book, said } = run(submit('a', { quantity: 10 }), hit, replace('a', { quantity }));
    expect(said[2]).toBe(line);
    expect(open(book)).toEqual(stays);
  });

  test('a new price that reaches the other side trades under the new id', () => {
    const { said } = run(
      sell('s', { quantity: 4, limitPrice: 101 }),
      submit('a', { quantity: 10 }),
      replace('a', { quantity: 10, limitPrice: 101 }),
    );
    expect(said).toEqual([
      'a replaced requested new leaves 10',
      'new taker 4@101 leaves 6',
      's maker 4@101 leaves 0',
    ]);
  });

  test('a post-only order is not replaced by one that would take', () => {
    const { book, said } = run(
      sell('s', { limitPrice: 101 }),
      submit('a', { quantity: 10, postOnly: true }),
      replace('a', { quantity: 10, limitPrice: 101 }),
    );
    expect(said).toEqual(['a replace_rejected post_only_would_take new leaves 10']);
    expect(open(book)).toEqual(['s 100 resting', 'a 10 resting']);
  });

  test.each([
    { name: 'cancel', step: cancel('x'), line: 'x cancel_rejected order_not_open leaves 0' },
    {
      name: 'replace',
      step: replace('x', { quantity: 1 }),
      line: 'x replace_rejected order_not_open new leaves 0',
    },
  ])('$name of an order that is not open is refused', ({ step, line }) => {
    expect(run(step).said).toEqual([line]);
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

describe('halts and sessions', () => {
  test('a halted symbol takes orders, cancels and replaces, and matches nothing', () => {
    const { book, said } = run(
      submit('a', { quantity: 10 }),
      submit('stop', { type: 'stop', stopPrice: 105 }),
      halt,
      sell('s', { quantity: 4, limitPrice: 100 }),
      sell('ioc', { quantity: 4, type: 'market', timeInForce: 'ioc' }),
      quote([[110, 5]], [[111, 5]], 110),
      replace('a', { quantity: 9 }),
      cancel('stop'),
    );
    expect(said).toEqual(['a replaced requested new leaves 9', 'stop canceled requested leaves 0']);
    expect(open(book)).toEqual(['new 9 resting', 's 4 waiting', 'ioc 4 waiting']);
  });

  test('the end of a halt applies the newest quote, then lets orders join in order of entry', () => {
    const { said } = run(
      sell('ask', { quantity: 10, limitPrice: 103 }),
      halt,
      submit('first', { quantity: 4, limitPrice: 110 }),
      submit('second', { quantity: 4, limitPrice: 111 }),
      quote([[90, 5]], [[91, 5]], 90),
      quote([[104, 3]], [[105, 5]], 105),
      unhalt,
    );
    expect(said).toEqual([
      'ask maker 3@104 leaves 7',
      'first taker 4@103 leaves 0',
      'ask maker 4@103 leaves 3',
      'second taker 3@103 leaves 1',
      'ask maker 3@103 leaves 0',
      'second taker 1@105 leaves 0',
    ]);
  });

  test('the close expires all but gtc orders, and later orders wait for the open', () => {
    const { book, said } = run(
      submit('day', { quantity: 10 }),
      submit('gtc', { quantity: 10, timeInForce: 'gtc' }),
      submit('stop', { type: 'stop', stopPrice: 105 }),
      quote([[90, 5]], [[110, 5]]),
      closeSession,
      sell('next', { quantity: 4, limitPrice: 100 }),
      closeSession,
      unhalt,
    );
    expect(said).toEqual([
      'day expired session_close leaves 0',
      'stop expired session_close leaves 0',
    ]);
    expect(open(book)).toEqual(['gtc 10 resting', 'next 4 waiting']);
    expect(book.quoteState()).toEqual({ bids: [], asks: [] });
    const reports: BookReport[] = [];
    openSession(book, reports);
    expect(reports.map(toLine)).toEqual(['next taker 4@100 leaves 0', 'gtc maker 4@100 leaves 6']);
  });

  test('a halt outlives the open of the session', () => {
    const { book } = run(halt, closeSession, submit('o'), openSession);
    expect(open(book)).toEqual(['o 100 waiting']);
  });
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
    expect(book.takeChanges().upserted.map(({ orderId }) => orderId)).toEqual(['a', 'b']);
    const reports: BookReport[] = [];
    submit('gone')(book, reports);
    cancel('gone')(book, reports);
    sell('s', { quantity: 4, limitPrice: 100 })(book, reports);
    cancel('b')(book, reports);
    const { upserted, removed } = book.takeChanges();
    expect(upserted).toMatchObject([{ orderId: 'a', filled: 4 }]);
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
    { name: 'an id that is open', order: { orderId: 'here' } },
  ] as const)('an order with $name', ({ order }) => {
    const { book } = run(submit('here'));
    expect(() => {
      book.submit(anOrder(order), []);
    }).toThrow(RangeError);
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
