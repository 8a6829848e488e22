import { equityHistory, type EquityPoint, type EquityWindow } from './equity-history';

const point = (atMs: number, equity: bigint): EquityPoint => ({ atMs, equity });
/** Windows of ten milliseconds from `from`, five to a day. */
const windows = (from: number, count: number): EquityWindow[] =>
  Array.from({ length: count }, (_, index) => {
    const startMs = from + 10 * index;
    return { startMs, endMs: startMs + 10, tradingDay: `day ${Math.floor(startMs / 50)}` };
  });
const POINTS = [point(12, 1_000n), point(27, 1_100n), point(61, 990n)];

test.each([
  {
    name: 'windows before the account are left out, the others end where it stood',
    given: { from: 0, count: 5, daily: false },
    base: [1_000n, null],
    starts: [10, 20, 30, 40],
    equity: [1_000n, 1_100n, 1_100n, 1_100n],
    profit: [0n, 100n, 100n, 100n],
  },
  {
    name: 'the base is what stood before the first window',
    given: { from: 30, count: 4, daily: false },
    base: [1_100n, 27],
    starts: [30, 40, 50, 60],
    equity: [1_100n, 1_100n, 1_100n, 990n],
    profit: [0n, 0n, 0n, -110n],
  },
  {
    name: 'daily, each day begins where the last one ended',
    given: { from: 10, count: 6, daily: true },
    base: [1_000n, null],
    starts: [10, 20, 30, 40, 50, 60],
    equity: [1_000n, 1_100n, 1_100n, 1_100n, 1_100n, 990n],
    profit: [0n, 100n, 100n, 100n, 0n, -110n],
  },
  {
    name: 'a point on a border belongs to the window that begins there',
    given: { from: 52, count: 1, daily: false },
    base: [1_100n, 27],
    starts: [52],
    equity: [990n],
    profit: [-110n],
  },
  {
    name: 'nothing is known of a time before the first point',
    given: { from: 0, count: 1, daily: false },
    base: [1_000n, null],
    starts: [],
    equity: [],
    profit: [],
  },
])('$name', ({ given, base, starts, equity, profit }) => {
  const history = equityHistory(POINTS, windows(given.from, given.count), given.daily);
  expect([history.baseValue, history.baseAtMs]).toEqual(base);
  expect(history.entries.map(({ startMs }) => startMs)).toEqual(starts);
  expect(history.entries.map((entry) => entry.equity)).toEqual(equity);
  expect(history.entries.map((entry) => entry.profit)).toEqual(profit);
});

test('ratios are of the base, in millionths', () => {
  const { entries } = equityHistory(POINTS, windows(30, 4), false);
  expect(entries.at(-1)?.profitPpm).toBe(-100_000n);
});
