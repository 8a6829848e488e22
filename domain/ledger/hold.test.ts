import fc from 'fast-check';
import { parseCash, parsePrice, parseQuantity } from '../decimal';
import { tradeFee, worstFee } from './fees';
import { type HoldTerms, requiredHold, shortPriceOf } from './hold';

const NO_FEES = { makerPpm: 0, takerPpm: 0 };
const BUY: HoldTerms = {
  symbol: 'SPY',
  side: 'buy',
  limitPrice: parsePrice('30'),
  protectionPrice: null,
  shortPrice: null,
};

test.each([
  { name: 'a buy its cost', terms: BUY, unit: 'USD', amount: parseCash('300') },
  {
    name: 'a buy without limit its protected cost',
    terms: { ...BUY, limitPrice: null, protectionPrice: parsePrice('33') },
    unit: 'USD',
    amount: parseCash('330'),
  },
  {
    name: 'a sell its shares',
    terms: { ...BUY, side: 'sell' as const },
    unit: 'SPY',
    amount: parseQuantity('10'),
  },
  {
    name: 'a short sale its value',
    terms: { ...BUY, side: 'sell' as const, shortPrice: parsePrice('31') },
    unit: 'USD',
    amount: parseCash('310'),
  },
])('ten shares: $name', ({ terms, unit, amount }) => {
  expect(requiredHold(terms, parseQuantity('10'), NO_FEES)).toEqual({ unit, amount });
});

test('a fraction of the last unit of cash is held as a whole one', () => {
  expect(requiredHold(BUY, 1n, NO_FEES).amount).toBe(1n);
});

test('the worse of the two fees is held, rounded up', () => {
  const fees = { makerPpm: 100, takerPpm: 250 };
  // 300.00 x 0.000250 = 0.0750; of 300.01 it would be 0.0750025.
  expect(requiredHold(BUY, parseQuantity('10'), fees).amount).toBe(parseCash('300.075'));
  expect(worstFee({ amount: parseCash('300.01'), quantity: 0n }, fees)).toBe(parseCash('0.0751'));
});

test('a buy without any price is a bug', () => {
  const terms = { ...BUY, limitPrice: null };
  expect(() => requiredHold(terms, 1n, NO_FEES)).toThrow('neither limit nor protection price');
});

test.each([
  { limit: '101', ask: '100', price: '103' },
  { limit: '110', ask: '100', price: '110' },
  { limit: null, ask: '100', price: '103' },
  { limit: '101', ask: null, price: '101' },
  { limit: null, ask: '33.3333', price: '34.3333' },
])('a short with limit $limit and ask $ask counts $price a share', ({ limit, ask, price }) => {
  const optional = (text: string | null) => (text === null ? null : parsePrice(text));
  expect(shortPriceOf(optional(limit), optional(ask))).toBe(parsePrice(price));
});

test.each([
  { amount: '100', ppm: 5, fee: '0.0005' },
  { amount: '10', ppm: 5, fee: '0.0001' },
  { amount: '9.9999', ppm: 5, fee: '0' },
  { amount: '0', ppm: 100_000, fee: '0' },
])('$ppm parts per million of $amount is a fee of $fee', ({ amount, ppm, fee }) => {
  const traded = { amount: parseCash(amount), quantity: 0n };
  expect(tradeFee(traded, 'maker', { makerPpm: ppm, takerPpm: 0 })).toBe(parseCash(fee));
});

test('one execution never costs more than its hold', () => {
  const cases = fc.tuple(
    fc.bigInt(1n, 10_000_000_000n),
    fc.bigInt(1n, 9_000_000_000_000_000n),
    fc.integer({ min: 0, max: 100_000 }),
    fc.bigInt(0n, 10_000n),
  );
  fc.assert(
    fc.property(cases, ([price, quantity, takerPpm, takerPerShare]) => {
      const fees = { makerPpm: 0, takerPpm, takerPerShare };
      const hold = requiredHold({ ...BUY, limitPrice: price }, quantity, fees).amount;
      const amount = (price * quantity + 500_000_000n) / 1_000_000_000n;
      const fee = tradeFee({ amount, quantity }, 'taker', fees);
      expect(amount + fee).toBeLessThanOrEqual(hold);
    }),
  );
});
