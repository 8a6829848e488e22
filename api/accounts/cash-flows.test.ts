import { foldCashFlows } from './cash-flows';

const MINUTE = 60_000;
/** Two windows, a gap, and a third one. */
const WINDOWS = [
  { startMs: 10 * MINUTE, endMs: 15 * MINUTE },
  { startMs: 15 * MINUTE, endMs: 20 * MINUTE },
  { startMs: 30 * MINUTE, endMs: 35 * MINUTE },
];
const fee = (minute: number, net_amount = '-1') =>
  ({ kind: 'FEE', at_ms: minute * MINUTE, net_amount }) as const;
const deposit = (minute: number) =>
  ({ kind: 'CSD', at_ms: minute * MINUTE, net_amount: '100' }) as const;

test.each([
  { name: 'nothing', rows: [], flows: {} },
  { name: 'before the first window', rows: [fee(9)], flows: {} },
  { name: 'after the last window', rows: [fee(35)], flows: {} },
  {
    name: 'on the edges of windows',
    rows: [fee(10), fee(14, '-0.5'), fee(15)],
    flows: { FEE: [-15_000n, -10_000n, 0n] },
  },
  { name: 'between two windows', rows: [fee(25)], flows: { FEE: [0n, 0n, -10_000n] } },
  {
    name: 'of two kinds',
    rows: [deposit(30), fee(10)],
    flows: { CSD: [0n, 0n, 1_000_000n], FEE: [-10_000n, 0n, 0n] },
  },
])('what moved $name', ({ rows, flows }) => {
  expect(Object.fromEntries(foldCashFlows(rows, WINDOWS))).toEqual(flows);
});
