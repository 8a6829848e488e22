import {
  closeSession,
  halt,
  open,
  openSession,
  quote,
  run,
  sell,
  submit,
  unhalt,
} from '../../test/book/steps';

const opg = { timeInForce: 'opg' } as const;
const cls = { timeInForce: 'cls' } as const;

test('opg orders wait out the session in which they come, and its close', () => {
  const { book, said } = run(
    quote([[99, 5]], [[101, 5]]),
    submit('o', { ...opg, quantity: 4, limitPrice: 105 }),
    quote([[99, 5]], [[100, 5]]),
    closeSession,
  );
  expect(said).toEqual([]);
  expect(open(book)).toEqual(['o 4 waiting']);
});

test('at the open they trade among the others in order of entry, then what is left goes', () => {
  const { book, said } = run(
    closeSession,
    submit('first', { ...opg, quantity: 4, limitPrice: 105 }),
    submit('day', { quantity: 4, limitPrice: 105 }),
    sell('seller', { ...opg, quantity: 6, limitPrice: 100 }),
    sell('late', { ...opg, quantity: 6, limitPrice: 104 }),
    openSession,
  );
  expect(said).toEqual([
    'seller taker 4@105 leaves 2',
    'first maker 4@105 leaves 0',
    'seller taker 2@105 leaves 0',
    'day maker 2@105 leaves 2',
    'late taker 2@105 leaves 4',
    'day maker 2@105 leaves 0',
    'late canceled auction_unfilled leaves 0',
  ]);
  expect(open(book)).toEqual([]);
});

test('at the close they take what stands in the book, and meet each other', () => {
  const { said } = run(
    quote([[99, 5]], [[101, 3]]),
    submit('buyer', {
      ...cls,
      type: 'market',
      limitPrice: null,
      quantity: 8,
      protectionPrice: 110,
    }),
    sell('seller', { ...cls, quantity: 2, limitPrice: 100 }),
    closeSession,
  );
  expect(said).toEqual([
    'buyer taker 3@101 leaves 5',
    'seller taker 2@101 leaves 0',
    'buyer maker 2@101 leaves 3',
    'buyer canceled auction_unfilled leaves 0',
  ]);
});

test('a cls order that comes after the close waits for the next one, not for the open', () => {
  const { book, said } = run(
    closeSession,
    submit('c', { ...cls, quantity: 4, limitPrice: 105 }),
    quote([[99, 5]], [[101, 5]]),
    openSession,
  );
  expect(said).toEqual([]);
  expect(open(book)).toEqual(['c 4 waiting']);
});

test('in a halt there is neither opening nor closing', () => {
  const { book, said } = run(
    quote([[99, 5]], [[101, 5]]),
    submit('c', { ...cls, limitPrice: 105 }),
    halt,
    closeSession,
    submit('o', { ...opg, limitPrice: 105 }),
    submit('gtc', { timeInForce: 'gtc', quantity: 4, limitPrice: 105 }),
    openSession,
  );
  expect(said).toEqual(['c canceled symbol_halted leaves 0', 'o canceled symbol_halted leaves 0']);
  expect(open(book)).toEqual(['gtc 4 waiting']);
});

test('the end of a halt is no opening', () => {
  const { book, said } = run(
    quote([[99, 5]], [[101, 5]]),
    halt,
    submit('o', { ...opg, quantity: 1, limitPrice: 105 }),
    submit('c', { ...cls, quantity: 1, limitPrice: 105 }),
    unhalt,
  );
  expect(said).toEqual([]);
  expect(open(book)).toEqual(['o 1 waiting', 'c 1 waiting']);
});

test('who was told to wait is told of joining, once', () => {
  const { said } = run(
    closeSession,
    submit('told', { waits: true, quantity: 4, timeInForce: 'gtc' }),
    submit('untold', { quantity: 4, timeInForce: 'gtc' }),
    openSession,
    closeSession,
    openSession,
    submit('late', { waits: true, quantity: 4 }),
  );
  expect(said).toEqual(['told activated leaves 4', 'late activated leaves 4']);
});

test.each(['ioc', 'fok'] as const)('after the close an %s order is canceled', (timeInForce) => {
  const { said } = run(closeSession, submit('o', { timeInForce }));
  expect(said).toEqual(['o canceled market_closed leaves 0']);
});
