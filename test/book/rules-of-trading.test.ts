import { anOrder } from './an-order';
import { ask, bid, expectRow, fok, gtc, ioc, market, type Row } from './rule-rows';
import {
  closeSession,
  halt,
  open,
  quote,
  replace,
  run,
  sell,
  submit,
  unhalt,
  type Step,
} from './steps';

describe('who trades with whom, and at what', () => {
  test.each<Row>([
    {
      name: 'a market order meets an empty book and has no bound: canceled',
      steps: [submit('m', market)],
      said: ['m canceled insufficient_liquidity leaves 0'],
      open: [],
    },
    {
      name: 'a day market order meets an empty book and works up to its protection price',
      steps: [submit('m', { ...market, protectionPrice: 105 })],
      said: [],
      open: ['m 100 resting'],
    },
    {
      name: 'an ioc market order meets an empty book: nothing of it works on',
      steps: [submit('m', { ...market, ...ioc, protectionPrice: 105 })],
      said: ['m canceled insufficient_liquidity leaves 0'],
      open: [],
    },
    {
      name: 'a fok market order meets less than it wants',
      steps: [ask('s', 99, 100), submit('m', { ...market, ...fok, protectionPrice: 105 })],
      said: ['m canceled fok_unfilled leaves 0'],
      open: ['s 99 resting'],
    },
    {
      name: 'a market order exhausts the book and waits for more, which comes cheaper',
      steps: [
        ask('s', 40, 100),
        submit('m', { ...market, protectionPrice: 105 }),
        ask('t', 60, 99),
      ],
      said: [
        'm taker 40@100 leaves 60',
        's maker 40@100 leaves 0',
        't taker 60@100 leaves 0',
        'm maker 60@100 leaves 0',
      ],
      open: [],
    },
    {
      name: 'a market order never trades beyond its protection price',
      steps: [
        ask('s', 40, 100),
        ask('t', 60, 106),
        submit('m', { ...market, protectionPrice: 105 }),
      ],
      said: ['m taker 40@100 leaves 60', 's maker 40@100 leaves 0'],
      open: ['t 60 resting', 'm 60 resting'],
    },
    {
      name: 'price goes before time',
      steps: [ask('late', 10, 102), ask('early', 10, 101), bid('b', 15, 102)],
      said: [
        'b taker 10@101 leaves 5',
        'early maker 10@101 leaves 0',
        'b taker 5@102 leaves 0',
        'late maker 5@102 leaves 5',
      ],
    },
    {
      name: 'at one price the older order goes first',
      steps: [ask('first', 10, 101), ask('second', 10, 101), bid('b', 5, 101)],
      said: ['b taker 5@101 leaves 0', 'first maker 5@101 leaves 5'],
    },
    {
      name: 'the market maker came first and stands first',
      steps: [quote([], [[101, 10]]), ask('s', 10, 101), bid('b', 10, 101)],
      said: ['b taker 10@101 leaves 0'],
      open: ['s 10 resting'],
    },
    {
      name: 'a larger quote joins behind who waits',
      steps: [quote([], [[101, 10]]), ask('s', 10, 101), quote([], [[101, 11]]), bid('b', 10, 101)],
      said: ['b taker 10@101 leaves 0', 's maker 10@101 leaves 0'],
    },
    {
      name: 'a smaller quote keeps its place',
      steps: [quote([], [[101, 10]]), ask('s', 10, 101), quote([], [[101, 9]]), bid('b', 9, 101)],
      said: ['b taker 9@101 leaves 0'],
      open: ['s 10 resting'],
    },
    {
      name: 'a repeated quote refills nothing',
      steps: [quote([], [[101, 10]]), bid('a', 10, 101), quote([], [[101, 10]]), bid('b', 10, 101)],
      said: ['a taker 10@101 leaves 0'],
      open: ['b 10 resting'],
    },
    {
      name: 'a quote of another size offers all of it anew',
      steps: [quote([], [[101, 10]]), bid('a', 10, 101), quote([], [[101, 12]]), bid('b', 12, 101)],
      said: ['a taker 10@101 leaves 0', 'b taker 12@101 leaves 0'],
    },
    {
      name: 'a quote that crosses trades at the price of who waits, up to its size',
      steps: [bid('a', 10, 103), bid('b', 10, 102), quote([], [[101, 15]])],
      said: ['a maker 10@103 leaves 0', 'b maker 5@102 leaves 5'],
      open: ['b 5 resting'],
    },
    {
      name: 'after a gap it trades at what is offered',
      steps: [bid('a', 10, 103), quote([], [[101, 15]], 101, true)],
      said: ['a maker 10@101 leaves 0'],
    },
    {
      name: 'two accounts at one price fill in order of entry as quotes come',
      steps: [bid('a', 10, 100), bid('b', 10, 100), quote([], [[100, 12]]), quote([], [[100, 3]])],
      said: ['a maker 10@100 leaves 0', 'b maker 2@100 leaves 8', 'b maker 3@100 leaves 5'],
    },
    {
      name: 'post-only rests beside the market',
      steps: [ask('s', 10, 101), submit('p', { limitPrice: 100, postOnly: true })],
      said: [],
      open: ['s 10 resting', 'p 100 resting'],
    },
    {
      name: 'post-only that meets its own account is still rejected, and takes nothing',
      steps: [
        sell('s', { accountId: 'me', limitPrice: 100 }),
        submit('p', { accountId: 'me', postOnly: true, selfTradePrevention: 'expire_maker' }),
      ],
      said: ['p rejected post_only_would_take leaves 0'],
      open: ['s 100 resting'],
    },
  ])('$name', (row) => {
    expectRow(row);
  });
});

describe('immediate or cancel, fill or kill', () => {
  test.each<Row>([
    {
      name: 'ioc takes what is there at its limit and no worse',
      steps: [ask('s', 30, 100), ask('t', 30, 101), submit('b', { ...ioc })],
      said: [
        'b taker 30@100 leaves 70',
        's maker 30@100 leaves 0',
        'b canceled ioc_unfilled leaves 0',
      ],
      open: ['t 30 resting'],
    },
    {
      name: 'ioc that fills says nothing of a remainder',
      steps: [ask('s', 100, 100), submit('b', { ...ioc })],
      said: ['b taker 100@100 leaves 0', 's maker 100@100 leaves 0'],
    },
    {
      name: 'fok sums up several prices',
      steps: [ask('s', 60, 99), ask('t', 40, 100), submit('b', { ...fok })],
      said: [
        'b taker 60@99 leaves 40',
        's maker 60@99 leaves 0',
        'b taker 40@100 leaves 0',
        't maker 40@100 leaves 0',
      ],
    },
    {
      name: 'fok one short of all trades nothing at all',
      steps: [ask('s', 60, 99), ask('t', 39, 100), ask('u', 9, 101), submit('b', { ...fok })],
      said: ['b canceled fok_unfilled leaves 0'],
      open: ['s 60 resting', 't 39 resting', 'u 9 resting'],
    },
    {
      name: 'fok counts own orders as absent, and dies where it would meet one',
      steps: [
        sell('own', { accountId: 'me', quantity: 5, limitPrice: 99 }),
        ask('s', 100, 100),
        submit('b', { ...fok, accountId: 'me' }),
      ],
      said: ['b canceled self_trade_prevented leaves 0'],
      open: ['own 5 resting', 's 100 resting'],
    },
    {
      name: 'fok that expires makers goes through them',
      steps: [
        sell('own', { accountId: 'me', quantity: 5, limitPrice: 99 }),
        ask('s', 100, 100),
        submit('b', { ...fok, accountId: 'me', selfTradePrevention: 'expire_maker' }),
      ],
      said: [
        'own canceled self_trade_prevented leaves 0',
        'b taker 100@100 leaves 0',
        's maker 100@100 leaves 0',
      ],
      open: [],
    },
    {
      name: 'fok needs others: own orders do not fill it up',
      steps: [
        sell('own', { accountId: 'me', quantity: 50, limitPrice: 100 }),
        ask('s', 99, 100),
        submit('b', { ...fok, accountId: 'me', selfTradePrevention: 'expire_maker' }),
      ],
      said: ['b canceled fok_unfilled leaves 0'],
      open: ['own 50 resting', 's 99 resting'],
    },
    {
      name: 'own orders behind what fok needs are left alone',
      steps: [
        ask('s', 100, 100),
        sell('own', { accountId: 'me', quantity: 5, limitPrice: 100 }),
        submit('b', { ...fok, accountId: 'me' }),
      ],
      said: ['b taker 100@100 leaves 0', 's maker 100@100 leaves 0'],
      open: ['own 5 resting'],
    },
    {
      name: 'ioc in a halt waits for its end and then takes what there is',
      steps: [halt, submit('b', { ...ioc }), quote([], [[100, 30]]), unhalt],
      said: ['b taker 30@100 leaves 70', 'b canceled ioc_unfilled leaves 0'],
      open: [],
    },
    {
      name: 'ioc after the close comes too late',
      steps: [closeSession, submit('b', { ...ioc }), submit('c', { ...fok })],
      said: ['b canceled market_closed leaves 0', 'c canceled market_closed leaves 0'],
    },
  ])('$name', (row) => {
    expectRow(row);
  });

  test('fok counts two live exits of one list as the one that can trade', () => {
    const exit = { ...gtc, side: 'sell', quantity: 10, list: { id: 'l', role: 'exit' } } as const;
    const oco: Step = (book, reports) => {
      const profit = anOrder({ ...exit, orderId: 'tp', limitPrice: 110 });
      const prices = { type: 'stop_limit', stopPrice: 100, limitPrice: 99 } as const;
      book.submitList([profit, anOrder({ ...exit, orderId: 'sl', ...prices })], reports);
    };
    const { book, said } = run(
      quote([], [], 105),
      oco,
      quote([], [], 100),
      submit('f', { ...fok, quantity: 20, limitPrice: 110 }),
      submit('g', { ...fok, quantity: 10, limitPrice: 110 }),
    );
    expect(said).toEqual([
      'sl triggered leaves 10',
      'f canceled fok_unfilled leaves 0',
      'g taker 10@99 leaves 0',
      'sl maker 10@99 leaves 0',
      'tp canceled other_exit_filled leaves 0',
    ]);
    expect(open(book)).toEqual([]);
  });
});

describe('self-trade prevention', () => {
  const own = (id: string, side: 'buy' | 'sell', mode: 'maker' | 'taker' | 'both', at = 100) =>
    submit(id, {
      accountId: 'me',
      side,
      quantity: 10,
      limitPrice: at,
      selfTradePrevention: `expire_${mode}`,
    });
  test.each<Row>([
    {
      name: 'expire_maker goes on to the next one',
      steps: [own('a', 'sell', 'taker', 99), ask('s', 10, 100), own('b', 'buy', 'maker')],
      said: [
        'a canceled self_trade_prevented leaves 0',
        'b taker 10@100 leaves 0',
        's maker 10@100 leaves 0',
      ],
      open: [],
    },
    {
      name: 'expire_taker keeps what it has traded before',
      steps: [ask('s', 4, 99), own('a', 'sell', 'maker'), own('b', 'buy', 'taker')],
      said: [
        'b taker 4@99 leaves 6',
        's maker 4@99 leaves 0',
        'b canceled self_trade_prevented leaves 0',
      ],
      open: ['a 10 resting'],
    },
    {
      name: 'expire_both ends the first one it meets and itself',
      steps: [own('a', 'sell', 'taker'), own('c', 'sell', 'taker'), own('b', 'buy', 'both')],
      said: [
        'a canceled self_trade_prevented leaves 0',
        'b canceled self_trade_prevented leaves 0',
      ],
      open: ['c 10 resting'],
    },
    {
      name: 'an order of another account in front is traded first',
      steps: [ask('s', 10, 100), own('a', 'sell', 'taker'), own('b', 'buy', 'both')],
      said: ['b taker 10@100 leaves 0', 's maker 10@100 leaves 0'],
      open: ['a 10 resting'],
    },
    {
      name: 'an elected stop is a taker as well',
      steps: [
        own('a', 'sell', 'maker', 105),
        submit('st', {
          accountId: 'me',
          type: 'stop',
          limitPrice: null,
          stopPrice: 103,
          protectionPrice: 110,
        }),
        quote([], [], 103),
      ],
      said: ['st triggered leaves 100', 'st canceled self_trade_prevented leaves 0'],
      open: ['a 10 resting'],
    },
    {
      name: 'a replacement that crosses is a taker as well',
      steps: [
        own('a', 'sell', 'taker', 102),
        own('b', 'buy', 'taker', 100),
        replace('b', { quantity: 10, limitPrice: 102 }),
      ],
      said: ['b replaced requested new leaves 10', 'new canceled self_trade_prevented leaves 0'],
      open: ['a 10 resting'],
    },
  ])('$name', (row) => {
    expectRow(row);
  });
});
