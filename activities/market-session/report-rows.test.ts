import { feeOf } from './report-rows';

test.each([
  { amount: 1_000_000n, rate: 0n, fee: 0n },
  { amount: 1_000_000n, rate: 250n, fee: 250n },
  { amount: 1_000n, rate: 500n, fee: 1n },
  { amount: 999n, rate: 500n, fee: 0n },
  { amount: 3_000_600n, rate: 250n, fee: 750n },
])('$rate ppm of $amount is $fee, half rounded up', ({ amount, rate, fee }) => {
  expect(feeOf(amount, rate)).toBe(fee);
});
