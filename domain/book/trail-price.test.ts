import { trailingStopPrice } from './trail-price';
import { MAX_BOOK_PRICE } from './types';

test.each([
  { name: 'a dollar below', side: 'sell', trailPrice: 10_000, extreme: 1_030_000, stop: 1_020_000 },
  { name: 'a dollar above', side: 'buy', trailPrice: 10_000, extreme: 1_030_000, stop: 1_040_000 },
  {
    name: 'one percent below',
    side: 'sell',
    trailPercent: 10_000,
    extreme: 2_000_000,
    stop: 1_980_000,
  },
  {
    name: 'cut to the cent below',
    side: 'sell',
    trailPercent: 3_333,
    extreme: 1_000_000,
    stop: 996_600,
  },
  {
    name: 'raised to the cent above',
    side: 'buy',
    trailPercent: 3_333,
    extreme: 1_000_000,
    stop: 1_003_400,
  },
  // 33.3267 behind: the print 0.9966 is not that far yet.
  { name: 'behind below a dollar', side: 'sell', trailPercent: 3_333, extreme: 9_999, stop: 9_965 },
  // Exactly 99.01990002: a print of 99.02 has not reached it.
  {
    name: 'no cent too near',
    side: 'sell',
    trailPercent: 9_999,
    extreme: 1_000_200,
    stop: 990_100,
  },
  // Exactly 100.020001.
  { name: 'no cent too low', side: 'buy', trailPercent: 100, extreme: 1_000_100, stop: 1_000_300 },
  { name: 'at least one unit behind', side: 'sell', trailPercent: 1, extreme: 100, stop: 99 },
  {
    name: 'exact at the largest price',
    side: 'sell',
    trailPercent: 999_999,
    extreme: MAX_BOOK_PRICE,
    stop: 10_000,
  },
  { name: 'out of reach', side: 'sell', trailPrice: 200, extreme: 100, stop: -100 },
] as const)('$name', ({ side, extreme, stop, ...trail }) => {
  expect(trailingStopPrice({ side, ...trail }, extreme)).toBe(stop);
});
