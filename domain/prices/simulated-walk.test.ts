import fc from 'fast-check';
import { Book } from '../book/book';
import { MAX_BOOK_PRICE, type BookReport } from '../book/types';
import {
  offsetForPrice,
  simulatedPrice,
  simulatedQuote,
  simulatedTrade,
  type SimulatedWalk,
} from './simulated-walk';

const AAPL: SimulatedWalk = {
  seed: 42,
  symbol: 'AAPL',
  basePrice: 1_900_000,
  volatilityPpm: 150,
  step: 100,
};

const walks = fc.record({
  seed: fc.nat({ max: 2 ** 32 - 1 }),
  symbol: fc.string({ minLength: 1, maxLength: 8 }),
  basePrice: fc.integer({ min: 100, max: MAX_BOOK_PRICE }),
  volatilityPpm: fc.integer({ min: 0, max: 5_000 }),
  step: fc.constantFrom(1, 100),
});
const ticks = fc.nat({ max: Number.MAX_SAFE_INTEGER });

/** The root of the mean square of the moves over `lag` ticks, in 1e-4. */
function typicalMove(walk: SimulatedWalk, lag: number): number {
  const samples = 1_000;
  let sum = 0;
  for (let index = 0; index < samples; index += 1) {
    const tick = index * 9_973;
    sum += (simulatedPrice(walk, tick + lag) - simulatedPrice(walk, tick)) ** 2;
  }
  return Math.sqrt(sum / samples);
}

test('the same seed, symbol and tick give the same price on every machine, at any tick', () => {
  const at = [0, 1, 2, 1_000_000, 2 ** 40];
  expect(at.map((tick) => simulatedPrice(AAPL, tick))).toEqual([
    1814400, 1814400, 1814300, 1897500, 1791400,
  ]);
});

test('another seed and another symbol are other walks', () => {
  const prices = (walk: SimulatedWalk) => [5, 500, 5_000].map((tick) => simulatedPrice(walk, tick));
  expect(prices({ ...AAPL, seed: 43 })).not.toEqual(prices(AAPL));
  expect(prices({ ...AAPL, symbol: 'MSFT' })).not.toEqual(prices(AAPL));
});

test('every quote is one the book takes, around a print that is its own', () => {
  fc.assert(
    fc.property(walks, ticks, fc.integer(), (walk, tick, offset) => {
      const quote = simulatedQuote(walk, tick, offset);
      const { bids, asks, print } = quote;
      expect(print).toBe(simulatedPrice(walk, tick, offset));
      const [bid, ask] = [bids[0]?.price ?? 0, asks[0]?.price ?? Infinity];
      expect(bid).toBeLessThanOrEqual(print ?? 0);
      expect(ask).toBeGreaterThanOrEqual(print ?? Infinity);
      expect((print ?? 0) % walk.step).toBe(0);
      if (bids.length > 0 && asks.length > 0) {
        expect([walk.step, 2 * walk.step]).toContain(ask - bid);
      }
      const reports: BookReport[] = [];
      new Book().quote(quote, reports);
      expect(reports).toEqual([]);
    }),
  );
});

test('sizes are whole shares, some hundreds to some thousands', () => {
  for (let tick = 0; tick < 200; tick += 1) {
    const { bids, asks } = simulatedQuote(AAPL, tick);
    expect([2, 3]).toContain(bids.length);
    expect(asks).toHaveLength(bids.length);
    for (const { size } of [...bids, ...asks]) {
      expect(size % 1_000_000_000).toBe(0);
      expect(size / 1_000_000_000).toBeGreaterThanOrEqual(200);
      expect(size / 1_000_000_000).toBeLessThan(4_000);
    }
  }
});

test('it moves as a random walk does: four times the time, twice the way', () => {
  for (const lag of [1, 16, 256, 4_096]) {
    const ratio = typicalMove(AAPL, 4 * lag) / typicalMove(AAPL, lag);
    expect(ratio).toBeGreaterThan(1.7);
    expect(ratio).toBeLessThan(2.3);
  }
});

test('over months it stays around its base price', () => {
  for (let tick = 0; tick < 50_000_000; tick += 9_973) {
    const price = simulatedPrice(AAPL, tick);
    expect(price).toBeGreaterThan(AAPL.basePrice * 0.75);
    expect(price).toBeLessThan(AAPL.basePrice * 1.33);
  }
});

test('a price that was set by hand is met at its tick, and the walk goes on from there', () => {
  const wanted = 1_012_500;
  const offset = offsetForPrice(AAPL, 77, wanted);
  expect(simulatedPrice(AAPL, 77, offset)).toBe(wanted);
  const moved = simulatedPrice(AAPL, 78) - simulatedPrice(AAPL, 77);
  expect(simulatedPrice(AAPL, 78, offset) - wanted).toBe(moved);
});

test('what others trade at a tick is a few whole shares, and the same when asked again', () => {
  const traded = Array.from({ length: 500 }, (_, tick) => simulatedTrade(AAPL, tick));
  expect(Math.min(...traded)).toBeGreaterThanOrEqual(1_000_000_000);
  expect(Math.max(...traded)).toBeLessThanOrEqual(300_000_000_000);
  expect(traded.every((size) => size % 1_000_000_000 === 0)).toBe(true);
  expect(new Set(traded).size).toBeGreaterThan(100);
  expect(Array.from({ length: 500 }, (_, tick) => simulatedTrade(AAPL, tick))).toEqual(traded);
});
