import { ask, bid, expectRow, type Row } from './rule-rows';
import { cancel, halt, quote, replace, submit, unhalt, type Step } from './steps';

describe('stops', () => {
  const stop = (id: string, side: 'buy' | 'sell', stopPrice: number, protectionPrice: number) =>
    submit(id, { type: 'stop', side, quantity: 10, limitPrice: null, stopPrice, protectionPrice });
  const stopLimit = (id: string, side: 'buy' | 'sell', stopPrice: number, limitPrice: number) =>
    submit(id, { type: 'stop_limit', side, quantity: 10, stopPrice, limitPrice });
  test.each<Row>([
    {
      name: 'a buy stop waits below its price and is elected at it',
      steps: [stop('b', 'buy', 105, 110), quote([], [], 104), quote([], [], 105)],
      said: ['b triggered leaves 10'],
      open: ['b 10 resting'],
    },
    {
      name: 'a sell stop waits above its price and is elected at it',
      steps: [stop('s', 'sell', 95, 90), quote([], [], 96), quote([], [], 95)],
      said: ['s triggered leaves 10'],
    },
    {
      name: 'a buy stop above the print is elected beyond it too',
      steps: [stop('b', 'buy', 105, 110), quote([], [], 120)],
      said: ['b triggered leaves 10'],
    },
    {
      name: 'a stop already through the market elects at once',
      steps: [quote([], [], 105), stop('b', 'buy', 105, 110), stop('s', 'sell', 105, 99)],
      said: [
        'b triggered leaves 10',
        's triggered leaves 10',
        's taker 10@105 leaves 0',
        'b maker 10@105 leaves 0',
      ],
    },
    {
      name: 'before the first print nothing is through the market',
      steps: [stop('b', 'buy', 1, 2)],
      said: [],
      open: ['b 10 untriggered'],
    },
    {
      name: 'a quote elects no stop, however far it goes',
      steps: [quote([], [], 100), stop('b', 'buy', 105, 110), quote([[108, 5]], [[109, 5]])],
      said: [],
      open: ['b 10 untriggered'],
    },
    {
      name: 'a trade of ours is a print as well',
      steps: [stop('st', 'buy', 105, 110), ask('s', 5, 105), bid('b', 5, 105)],
      said: ['b taker 5@105 leaves 0', 's maker 5@105 leaves 0', 'st triggered leaves 10'],
    },
    {
      name: 'after a gap a stop trades at what is offered, not at its price',
      steps: [stop('s', 'sell', 95, 80), quote([[90, 10]], [], 90, true)],
      said: ['s triggered leaves 10', 's taker 10@90 leaves 0'],
    },
    {
      name: 'after a gap beyond its protection a stop does not trade, and works there',
      steps: [stop('s', 'sell', 95, 91), quote([[90, 10]], [], 90, true)],
      said: ['s triggered leaves 10'],
      open: ['s 10 resting'],
    },
    {
      name: 'a stop-limit rests at its limit when that cannot trade',
      steps: [stopLimit('b', 'buy', 105, 104), quote([], [[106, 5]], 105)],
      said: ['b triggered leaves 10'],
      open: ['b 10 resting'],
    },
    {
      name: 'a stop-limit that gapped over its limit rests',
      steps: [stopLimit('s', 'sell', 95, 94), quote([[90, 10]], [], 90, true)],
      said: ['s triggered leaves 10'],
      open: ['s 10 resting'],
    },
    {
      name: 'stops are elected by the price met on the way, then by entry',
      steps: [
        stop('far', 'buy', 107, 120),
        stop('late', 'buy', 105, 120),
        stop('later', 'buy', 105, 120),
        quote([], [], 110),
      ],
      said: ['late triggered leaves 10', 'later triggered leaves 10', 'far triggered leaves 10'],
    },
    {
      name: 'the print of an elected stop elects the next one in turn',
      steps: [
        ask('x', 10, 106),
        ask('y', 10, 109),
        stop('one', 'buy', 105, 120),
        stop('two', 'buy', 106, 120),
        quote([], [], 105),
      ],
      said: [
        'one triggered leaves 10',
        'one taker 10@106 leaves 0',
        'x maker 10@106 leaves 0',
        'two triggered leaves 10',
        'two taker 10@109 leaves 0',
        'y maker 10@109 leaves 0',
      ],
      open: [],
    },
    {
      name: 'a stop that rests elected is not elected again',
      steps: [
        stop('b', 'buy', 105, 110),
        quote([], [], 105),
        quote([], [], 100),
        quote([], [], 106),
      ],
      said: ['b triggered leaves 10'],
    },
    {
      name: 'a canceled stop is not elected',
      steps: [stop('b', 'buy', 105, 110), cancel('b'), quote([], [], 105)],
      said: ['b canceled requested leaves 0'],
      open: [],
    },
    {
      name: 'a stop moved through the market is elected by the move',
      steps: [
        quote([], [], 100),
        stop('b', 'buy', 105, 110),
        replace('b', { quantity: 10, stopPrice: 100, protectionPrice: 104 }),
      ],
      said: ['b replaced requested new leaves 10', 'new triggered leaves 10'],
    },
    {
      name: 'in a halt no stop is elected; the newest print does it at its end',
      steps: [stop('b', 'buy', 105, 110), halt, quote([], [], 106), quote([], [], 101), unhalt],
      said: [],
      open: ['b 10 untriggered'],
    },
  ])('$name', (row) => {
    expectRow(row);
  });
});

describe('trailing stops', () => {
  const trailing = (id: string, side: 'buy' | 'sell', trailPrice: number) =>
    submit(id, { type: 'trailing_stop', side, quantity: 10, limitPrice: null, trailPrice });
  const prints = (...prices: number[]): Step[] => prices.map((price) => quote([], [], price));
  test.each<Row>([
    {
      name: 'what was printed before it came does not count',
      steps: [...prints(200, 100), trailing('s', 'sell', 5), ...prints(96)],
      said: [],
    },
    {
      name: 'the last print before it came does',
      steps: [...prints(100), trailing('s', 'sell', 5), ...prints(95)],
      said: ['s triggered leaves 10', 's canceled insufficient_liquidity leaves 0'],
    },
    {
      name: 'the high water rises and the stop with it',
      steps: [...prints(100), trailing('s', 'sell', 5), ...prints(110, 106, 105)],
      said: ['s triggered leaves 10', 's canceled insufficient_liquidity leaves 0'],
    },
    {
      name: 'a buy follows the lowest print',
      steps: [...prints(100), trailing('b', 'buy', 5), ...prints(90, 94, 95)],
      said: ['b triggered leaves 10', 'b canceled insufficient_liquidity leaves 0'],
    },
    {
      name: 'a quote moves no high water',
      steps: [
        ...prints(100),
        trailing('s', 'sell', 5),
        quote([[110, 1]], [[111, 1]]),
        ...prints(96),
      ],
      said: [],
    },
    {
      name: 'two that came at different times have different waters',
      steps: [
        ...prints(110),
        trailing('old', 'sell', 5),
        ...prints(106),
        trailing('young', 'sell', 5),
        ...prints(105),
      ],
      said: ['old triggered leaves 10', 'old canceled insufficient_liquidity leaves 0'],
      open: ['young 10 untriggered'],
    },
    {
      name: 'a changed trail begins anew from the last print',
      steps: [
        ...prints(100),
        trailing('s', 'sell', 5),
        ...prints(120, 116),
        replace('s', { quantity: 10, trail: 4 }),
        ...prints(113),
      ],
      said: ['s replaced requested new leaves 10'],
      open: ['new 10 untriggered'],
    },
    {
      name: 'less of it keeps its water',
      steps: [
        ...prints(100),
        trailing('s', 'sell', 5),
        ...prints(120, 116),
        replace('s', { quantity: 9 }),
        ...prints(115),
      ],
      said: [
        's replaced requested new leaves 9',
        'new triggered leaves 9',
        'new canceled insufficient_liquidity leaves 0',
      ],
    },
    {
      name: 'what is printed in a halt is seen once it is over',
      steps: [
        ...prints(100),
        trailing('s', 'sell', 5),
        halt,
        ...prints(120, 110),
        unhalt,
        ...prints(106),
      ],
      said: [],
    },
  ])('$name', (row) => {
    expectRow(row);
  });
});
