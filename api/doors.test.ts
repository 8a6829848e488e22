import { doorOfPath, DOORS } from './doors';

test.each([
  ['/orders', 'short'],
  ['/v2/orders', 'alpaca'],
  ['/v2/stocks/bars', 'data'],
  ['/v2/stocksplits', 'alpaca'],
  ['/v3/clock', 'newer'],
  ['/v2', 'short'],
] as const)('%s is behind the door %s', (path, door) => {
  expect(doorOfPath(path)).toBe(DOORS[door]);
});
