import { tradeFee, worstFee } from './fees';

test.each([
  { amount: 1_000_000n, rate: 0, fee: 0n },
  { amount: 1_000_000n, rate: 250, fee: 250n },
  { amount: 1_000n, rate: 500, fee: 1n },
  { amount: 999n, rate: 500, fee: 0n },
  { amount: 3_000_600n, rate: 250, fee: 750n },
])('$rate ppm of $amount is $fee, half rounded up', ({ amount, rate, fee }) => {
  const rates = { makerPpm: 0, takerPpm: rate };
  expect(tradeFee({ amount, quantity: 1n }, 'taker', rates)).toBe(fee);
});

test.each([
  { name: 'whole shares', quantity: 3_000_000_000n, liquidity: 'taker', fee: 5_700n },
  { name: 'the maker by its own rate', quantity: 3_000_000_000n, liquidity: 'maker', fee: 2_100n },
  { name: 'just below half a unit', quantity: 263_157n, liquidity: 'taker', fee: 0n },
  { name: 'half a unit', quantity: 263_158n, liquidity: 'taker', fee: 1n },
  { name: 'nothing', quantity: 0n, liquidity: 'taker', fee: 0n },
] as const)('a fee a share: $name', ({ quantity, liquidity, fee }) => {
  const rates = { makerPpm: 0, takerPpm: 0, makerPerShare: 700n, takerPerShare: 1_900n };
  expect(tradeFee({ amount: 0n, quantity }, liquidity, rates)).toBe(fee);
});

test('both kinds of fee add up before they are rounded', () => {
  const rates = { makerPpm: 0, takerPpm: 250, takerPerShare: 1n };
  // 1,000 units x 250 ppm are a quarter of a unit, a quarter of a share is another one.
  const traded = { amount: 1_000n, quantity: 250_000_000n };
  expect(tradeFee(traded, 'taker', rates)).toBe(1n);
  expect(worstFee(traded, rates)).toBe(1n);
});
