import { ask, bid, expectRow, gtc, ioc, market, type Row } from './rule-rows';
import {
  cancel,
  closeSession,
  halt,
  openSession,
  quote,
  replace,
  sell,
  submit,
  unhalt,
} from './steps';

describe('replace', () => {
  test.each<Row>([
    {
      name: 'less of it keeps the place even twice',
      steps: [
        bid('a', 30, 100),
        bid('b', 30, 100),
        replace('a', { quantity: 20 }),
        replace('new', { orderId: 'newer', quantity: 10 }),
        sell('s', { ...ioc, quantity: 15 }),
      ],
      said: [
        'a replaced requested new leaves 20',
        'new replaced requested newer leaves 10',
        's taker 10@100 leaves 5',
        'newer maker 10@100 leaves 0',
        's taker 5@100 leaves 0',
        'b maker 5@100 leaves 25',
      ],
    },
    {
      name: 'the same again keeps the place',
      steps: [
        bid('a', 10, 100),
        bid('b', 10, 100),
        replace('a', { quantity: 10, limitPrice: 100 }),
        sell('s', { ...ioc, quantity: 10 }),
      ],
      said: [
        'a replaced requested new leaves 10',
        's taker 10@100 leaves 0',
        'new maker 10@100 leaves 0',
      ],
    },
    {
      name: 'there and back again loses it',
      steps: [
        bid('a', 10, 100),
        bid('b', 10, 100),
        replace('a', { quantity: 11 }),
        replace('new', { orderId: 'newer', quantity: 10 }),
        sell('s', { ...ioc, quantity: 10 }),
      ],
      said: [
        'a replaced requested new leaves 11',
        'new replaced requested newer leaves 10',
        's taker 10@100 leaves 0',
        'b maker 10@100 leaves 0',
      ],
    },
    {
      name: 'a chain carries what is executed: the total counts it all',
      steps: [
        bid('a', 100, 100),
        sell('s', { ...ioc, quantity: 40 }),
        replace('a', { quantity: 80 }),
        sell('t', { ...ioc, quantity: 30 }),
        replace('new', { orderId: 'newer', quantity: 70 }),
      ],
      said: [
        's taker 40@100 leaves 0',
        'a maker 40@100 leaves 60',
        'a replaced requested new leaves 40',
        't taker 30@100 leaves 0',
        'new maker 30@100 leaves 10',
        'new replaced requested newer leaves 0',
      ],
      open: [],
    },
    {
      name: 'below what a chain has executed is refused and changes nothing',
      steps: [
        bid('a', 100, 100),
        sell('s', { ...ioc, quantity: 40 }),
        replace('a', { quantity: 80 }),
        replace('new', { orderId: 'newer', quantity: 39 }),
      ],
      said: [
        's taker 40@100 leaves 0',
        'a maker 40@100 leaves 60',
        'a replaced requested new leaves 40',
        'new replace_rejected quantity_below_filled newer leaves 40',
      ],
      open: ['new 40 resting'],
    },
    {
      name: 'a replaced order is not open any more',
      steps: [bid('a', 10, 100), replace('a', { quantity: 9 }), cancel('a'), cancel('new')],
      said: [
        'a replaced requested new leaves 9',
        'a cancel_rejected order_not_open leaves 0',
        'new canceled requested leaves 0',
      ],
    },
    {
      name: 'in a halt it is taken, and its place is that of the new order',
      steps: [
        halt,
        bid('a', 10, 100),
        bid('b', 10, 100),
        replace('a', { quantity: 11 }),
        quote([], [[100, 10]]),
        unhalt,
      ],
      said: ['a replaced requested new leaves 11', 'b taker 10@100 leaves 0'],
      open: ['new 11 resting'],
    },
    {
      name: 'a new price takes before it rests, at the price of who waits',
      steps: [ask('s', 5, 100), bid('a', 10, 98), replace('a', { quantity: 10, limitPrice: 103 })],
      said: [
        'a replaced requested new leaves 10',
        'new taker 5@100 leaves 5',
        's maker 5@100 leaves 0',
      ],
      open: ['new 5 resting'],
    },
  ])('$name', (row) => {
    expectRow(row);
  });
});

describe('sessions', () => {
  const opg = { timeInForce: 'opg' } as const;
  const cls = { timeInForce: 'cls' } as const;
  test.each<Row>([
    {
      name: 'day orders expire at the close, oldest first; gtc orders stay',
      steps: [
        bid('a', 1, 99),
        submit('g', { ...gtc, quantity: 1, limitPrice: 98 }),
        bid('b', 1, 97),
        closeSession,
      ],
      said: ['a expired session_close leaves 0', 'b expired session_close leaves 0'],
      open: ['g 1 resting'],
    },
    {
      name: 'a day stop and what is left of a day market order expire as well',
      steps: [
        submit('m', { ...market, protectionPrice: 105 }),
        submit('st', { type: 'stop', limitPrice: null, stopPrice: 110, protectionPrice: 120 }),
        closeSession,
      ],
      said: ['m expired session_close leaves 0', 'st expired session_close leaves 0'],
      open: [],
    },
    {
      name: 'after the close an order waits and joins in order of entry at the open',
      steps: [
        closeSession,
        submit('a', { waits: true, quantity: 10 }),
        submit('b', { waits: true, quantity: 10 }),
        quote([], [[100, 15]]),
        openSession,
      ],
      said: [
        'a activated leaves 10',
        'a taker 10@100 leaves 0',
        'b activated leaves 10',
        'b taker 5@100 leaves 5',
      ],
      open: ['b 5 resting'],
    },
    {
      name: 'the first quote comes before who waited, and meets gtc orders as after a jump',
      steps: [
        submit('g', { ...gtc, quantity: 10, limitPrice: 103 }),
        closeSession,
        submit('a', { waits: true, quantity: 10, limitPrice: 103 }),
        quote([], [[101, 12]]),
        openSession,
      ],
      said: ['g maker 10@101 leaves 0', 'a activated leaves 10', 'a taker 2@101 leaves 8'],
    },
    {
      name: 'what waits for the open can be canceled',
      steps: [closeSession, submit('a', { waits: true }), cancel('a'), openSession],
      said: ['a canceled requested leaves 0'],
      open: [],
    },
    {
      name: 'opg trades at the open, and what is left of it is canceled',
      steps: [
        closeSession,
        submit('o', { ...opg, waits: true }),
        quote([], [[99, 30]]),
        openSession,
      ],
      said: [
        'o activated leaves 100',
        'o taker 30@99 leaves 70',
        'o canceled auction_unfilled leaves 0',
      ],
      open: [],
    },
    {
      name: 'opg that came while open waits over the close for the next open',
      steps: [submit('o', { ...opg, waits: true }), closeSession],
      said: [],
      open: ['o 100 waiting'],
    },
    {
      name: 'cls trades with what stands there at the close, before day orders expire',
      steps: [ask('s', 30, 100), submit('c', { ...cls, waits: true }), closeSession],
      said: [
        'c activated leaves 100',
        'c taker 30@100 leaves 70',
        's maker 30@100 leaves 0',
        'c canceled auction_unfilled leaves 0',
      ],
      open: [],
    },
    {
      name: 'two cls orders meet each other',
      steps: [
        submit('b', { ...cls, waits: true }),
        sell('s', { ...cls, waits: true, limitPrice: 100 }),
        closeSession,
      ],
      said: [
        'b activated leaves 100',
        's activated leaves 100',
        's taker 100@100 leaves 0',
        'b maker 100@100 leaves 0',
      ],
    },
    {
      name: 'cls that waits through an open does not trade there',
      steps: [
        closeSession,
        submit('c', { ...cls, waits: true }),
        quote([], [[99, 30]]),
        openSession,
      ],
      said: [],
      open: ['c 100 waiting'],
    },
    {
      name: 'a halt at the close cancels cls, and day orders expire in it',
      steps: [bid('a', 1, 99), submit('c', { ...cls, waits: true }), halt, closeSession],
      said: ['c canceled symbol_halted leaves 0', 'a expired session_close leaves 0'],
    },
    {
      name: 'a halt at the open cancels opg; the others wait for its end',
      steps: [
        closeSession,
        submit('o', { ...opg, waits: true }),
        submit('a', { waits: true, quantity: 10 }),
        halt,
        openSession,
        quote([], [[100, 4]]),
        unhalt,
      ],
      said: [
        'o canceled symbol_halted leaves 0',
        'a activated leaves 10',
        'a taker 4@100 leaves 6',
      ],
    },
    {
      name: 'the end of a halt after the close opens nothing',
      steps: [halt, closeSession, submit('a', { waits: true }), quote([], [[100, 4]]), unhalt],
      said: [],
      open: ['a 100 waiting'],
    },
    {
      name: 'a gtc stop is not elected by the night, but by the first print',
      steps: [
        submit('st', {
          ...gtc,
          type: 'stop',
          limitPrice: null,
          stopPrice: 110,
          protectionPrice: 120,
        }),
        closeSession,
        quote([], [[112, 500]], 112),
        openSession,
      ],
      said: ['st triggered leaves 100', 'st taker 100@112 leaves 0'],
    },
    {
      name: 'two closes in a row are one',
      steps: [bid('a', 1, 99), closeSession, submit('b', { waits: true }), closeSession],
      said: ['a expired session_close leaves 0'],
      open: ['b 100 waiting'],
    },
  ])('$name', (row) => {
    expectRow(row);
  });
});
