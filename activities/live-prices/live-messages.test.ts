import { type LiveMessage, parseLiveFrame } from './live-messages';

const SHARE = 1_000_000_000;

test.each<{ name: string; message: object; expected: LiveMessage }>([
  {
    name: 'the welcome',
    message: { T: 'success', msg: 'connected' },
    expected: { kind: 'connected' },
  },
  {
    name: 'an authentication',
    message: { T: 'success', msg: 'authenticated' },
    expected: { kind: 'authenticated' },
  },
  {
    name: 'an error',
    message: { T: 'error', code: 406, msg: 'connection limit exceeded' },
    expected: { kind: 'error', code: 406, text: 'connection limit exceeded' },
  },
  {
    name: 'a quote',
    message: { T: 'q', S: 'AAPL', bp: 190.01, bs: 3, ap: 190.03, as: 2.5 },
    expected: {
      kind: 'quote',
      quote: {
        symbol: 'AAPL',
        bids: [{ price: 1_900_100, size: 3 * SHARE }],
        asks: [{ price: 1_900_300, size: 2.5 * SHARE }],
      },
    },
  },
  {
    name: 'a quote with one side',
    message: { T: 'q', S: 'AAPL', bp: 0, bs: 0, ap: 190.03, as: 2 },
    expected: {
      kind: 'quote',
      quote: { symbol: 'AAPL', bids: [], asks: [{ price: 1_900_300, size: 2 * SHARE }] },
    },
  },
  {
    name: 'a trade, its price rounded to the book',
    message: { T: 't', S: 'AAPL', p: 190.02346, s: 7 },
    expected: {
      kind: 'trade',
      trade: { symbol: 'AAPL', price: 1_900_235, quantity: 7 * SHARE },
    },
  },
  {
    name: 'a quote that crosses itself',
    message: { T: 'q', S: 'AAPL', bp: 2, bs: 1, ap: 1, as: 1 },
    expected: { kind: 'unusable' },
  },
  {
    name: 'a price that is no number',
    message: { T: 't', S: 'AAPL', p: '190', s: 1 },
    expected: { kind: 'unusable' },
  },
  {
    name: 'a trade of nothing we know',
    message: { T: 't', p: 190, s: 1 },
    expected: { kind: 'unusable' },
  },
  { name: 'a bar', message: { T: 'b', S: 'AAPL' }, expected: { kind: 'other' } },
])('$name', ({ message, expected }) => {
  expect(parseLiveFrame(JSON.stringify([message]))).toEqual([expected]);
});

test.each(['{', '{}', '"x"'])('%s is no frame', (text) => {
  expect(() => parseLiveFrame(text)).toThrow(Error);
});
