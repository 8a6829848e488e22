import { median, percentile, rounded } from './statistics';

describe('median', () => {
  const CASES = [
    { name: 'of nothing', values: [], median: Number.NaN },
    { name: 'of one', values: [7], median: 7 },
    { name: 'of two, between them', values: [4, 3], median: 3.5 },
    { name: 'of three, the middle', values: [9, 1, 2], median: 2 },
    { name: 'of four, between the middle two', values: [8, 1, 4, 2], median: 3 },
  ];

  test.each(CASES)('$name', ({ values, median: expected }) => {
    expect(median(values)).toBe(expected);
  });
});

test('takes percentiles by rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(percentile(hundred, 0.99)).toBe(100);
  expect(percentile([5, 1, 3], 0.5)).toBe(3);
  expect(percentile([], 0.5)).toBeNaN();
});

test('rounds to three digits', () => {
  expect([rounded(0.44449), rounded(123_456), rounded(Number.NaN)]).toEqual([
    0.444,
    123_000,
    Number.NaN,
  ]);
});
