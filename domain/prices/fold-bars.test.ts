import fc from 'fast-check';
import { readGolden } from '../../test/book/golden-cases';
import type { Bar } from './bar';
import { foldBars, foldTicks, MINUTE_MS } from './fold-bars';

type Candle = readonly [number, number, number, number, number, number];
interface CandleCase {
  readonly id: string;
  readonly oneMin: readonly Candle[];
  readonly fiveMin: Candle;
}

const toBar = ([startMs, open, high, low, close, volume]: Candle): Bar => ({
  startMs,
  open,
  high,
  low,
  close,
  volume: BigInt(volume),
});

test.each(readGolden<CandleCase>('candles'))(
  '$id five one-minute bars fold into one of five minutes',
  ({ oneMin, fiveMin }) => {
    expect(foldBars(oneMin.map(toBar), 5 * MINUTE_MS)).toEqual([toBar(fiveMin)]);
  },
);

test('ticks fold into the bars of their minutes, and a minute without ticks has none', () => {
  const ticks = [
    { atMs: 60_000, price: 100, quantity: 1n },
    { atMs: 90_000, price: 120, quantity: 2n },
    { atMs: 119_999, price: 90, quantity: 0n },
    { atMs: 240_000, price: 95, quantity: 4n },
  ];
  expect(foldTicks(ticks, MINUTE_MS)).toEqual([
    { startMs: 60_000, open: 100, high: 120, low: 90, close: 90, volume: 3n },
    { startMs: 240_000, open: 95, high: 95, low: 95, close: 95, volume: 4n },
  ]);
});

test('a bar with an unknown volume makes the whole unknown', () => {
  const bar = { startMs: 0, open: 1, high: 1, low: 1, close: 1 };
  const bars = [
    { ...bar, volume: 5n },
    { ...bar, startMs: 60_000, volume: null },
  ];
  expect(foldBars(bars, 5 * MINUTE_MS)[0]?.volume).toBeNull();
});

const ticks = fc
  .array(
    fc.record({
      atMs: fc.nat({ max: 3_600_000 }),
      price: fc.integer({ min: 1, max: 1_000 }),
      quantity: fc.bigInt({ min: 0n, max: 1_000n }),
    }),
  )
  .map((list) => list.sort((a, b) => a.atMs - b.atMs));

test('folding ticks by way of minutes gives the same five-minute bars as folding them at once', () => {
  fc.assert(
    fc.property(ticks, (list) => {
      const byMinutes = foldBars(foldTicks(list, MINUTE_MS), 5 * MINUTE_MS);
      expect(byMinutes).toEqual(foldTicks(list, 5 * MINUTE_MS));
    }),
  );
});
