import fc from 'fast-check';
import { parsePrice } from '../decimal';
import { isOnIncrement, priceIncrement } from './price-increment';
import { collarBound, protectionPrice } from './protection';

test.each([
  { side: 'buy', reference: '100', ppm: 50_000, bound: '105' },
  { side: 'sell', reference: '100', ppm: 50_000, bound: '95' },
  { side: 'buy', reference: '33.33', ppm: 50_000, bound: '34.99' },
  { side: 'sell', reference: '33.33', ppm: 50_000, bound: '31.67' },
  { side: 'buy', reference: '0.9999', ppm: 50_000, bound: '1.04' },
  { side: 'sell', reference: '1.02', ppm: 50_000, bound: '0.969' },
  { side: 'buy', reference: '0.5', ppm: 1, bound: '0.5' },
  { side: 'sell', reference: '0.0001', ppm: 999_999, bound: '0.0001' },
  { side: 'buy', reference: '999999.99', ppm: 50_000, bound: '1000000' },
  { side: 'buy', reference: '1000000', ppm: 999_999, bound: '1000000' },
  { side: 'sell', reference: '1000000', ppm: 50_000, bound: '950000' },
] as const)('$side around $reference ends at $bound', ({ side, reference, ppm, bound }) => {
  expect(collarBound(side, parsePrice(reference), ppm)).toBe(parsePrice(bound));
});

test('the bound is on an increment, inside the collar, and within one increment of its end', () => {
  const prices = fc.bigInt(1n, 10_000_000_000n);
  const ppms = fc.integer({ min: 1, max: 999_999 });
  fc.assert(
    fc.property(fc.constantFrom('buy', 'sell'), prices, ppms, (side, reference, ppm) => {
      const bound = collarBound(side, reference, ppm);
      const wanted = reference * BigInt(side === 'buy' ? 1_000_000 + ppm : 1_000_000 - ppm);
      const most = 10_000_000_000n * 1_000_000n;
      const exact = wanted < most ? wanted : most;
      const slack = side === 'buy' ? exact - bound * 1_000_000n : bound * 1_000_000n - exact;
      expect(isOnIncrement(bound)).toBe(true);
      expect(bound).toBeGreaterThan(0n);
      expect(slack).toBeGreaterThanOrEqual(0n);
      expect(slack).toBeLessThan(priceIncrement(bound) * 1_000_000n);
    }),
  );
});

test.each([
  { type: 'market', stopPrice: null, last: '100', expected: '105' },
  { type: 'stop', stopPrice: '200', last: '100', expected: '210' },
  { type: 'stop', stopPrice: '200', last: null, expected: '210' },
  { type: 'market', stopPrice: null, last: null, expected: null },
  { type: 'limit', stopPrice: null, last: '100', expected: null },
  { type: 'stop_limit', stopPrice: '200', last: '100', expected: null },
] as const)('a buy $type with stop $stopPrice, last $last', (row) => {
  const price = (text: string | null) => (text === null ? null : parsePrice(text));
  const terms = { side: 'buy', type: row.type, stopPrice: price(row.stopPrice) } as const;
  expect(protectionPrice(terms, price(row.last), 50_000)).toBe(price(row.expected));
});
