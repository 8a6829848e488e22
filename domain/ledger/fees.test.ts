import { tradeFee } from './fees';

test.each([
  { amount: 1_000_000n, rate: 0, fee: 0n },
  { amount: 1_000_000n, rate: 250, fee: 250n },
  { amount: 1_000n, rate: 500, fee: 1n },
  { amount: 999n, rate: 500, fee: 0n },
  { amount: 3_000_600n, rate: 250, fee: 750n },
])('$rate ppm of $amount is $fee, half rounded up', ({ amount, rate, fee }) => {
  expect(tradeFee(amount, rate)).toBe(fee);
});
