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
  submit,
  unhalt,
  toLine,
} from '../../test/book/steps';
import { type BookReport } from './types';

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
