import fc from 'fast-check';
import { parseCost, parsePrice, parseQuantity } from './decimal';
import {
  applyFill,
  averageEntryPrice,
  FLAT,
  intradayPnl,
  marketValue,
  type Position,
  unrealizedPnl,
} from './position';

const fill = fc.tuple(
  fc.bigInt(-9_000_000n, 9_000_000n).map((shares) => shares * 1_000_000_000n),
  fc.bigInt(1n, 10_000_000_000n),
);
const fills = fc.array(fill, { maxLength: 20 });

const walk = (steps: readonly (readonly [bigint, bigint])[]): Position =>
  steps.reduce((position, [quantity, price]) => applyFill(position, quantity, price), FLAT);

test('what was paid and what is held account for all profit', () => {
  fc.assert(
    fc.property(fills, fc.bigInt(1n, 10_000_000_000n), (steps, mark) => {
      const position = walk(steps);
      // Whole shares at 1e-4 are exact in 1e-12.
      const cash = steps.reduce((sum, [quantity, price]) => sum - (quantity * price) / 10n, 0n);
      expect(position.realizedPnl + unrealizedPnl(position, mark)).toBe(
        cash + marketValue(position, mark),
      );
    }),
  );
});

test('the quantity is the sum of the fills, and a flat position has no cost', () => {
  fc.assert(
    fc.property(fills, (steps) => {
      const position = walk(steps);
      expect(position.quantity).toBe(steps.reduce((sum, [quantity]) => sum + quantity, 0n));
      const signs = position.quantity > 0n ? position.cost > 0n : position.cost < 0n;
      expect(position.quantity === 0n ? position.cost === 0n : signs).toBe(true);
    }),
  );
});

test('opening in parts at one price is opening at once', () => {
  fc.assert(
    fc.property(fill, fc.bigInt(1n, 9_000_000n), ([quantity, price], part) => {
      const first = (quantity * part) / 9_000_000n;
      const whole = applyFill(FLAT, quantity, price);
      const parts = applyFill(applyFill(FLAT, first, price), quantity - first, price);
      expect(parts.quantity).toBe(whole.quantity);
      const difference = parts.cost - whole.cost;
      expect(difference >= -1n && difference <= 1n).toBe(true);
    }),
  );
});

test('reducing keeps the average', () => {
  const bought = applyFill(FLAT, parseQuantity('3'), parsePrice('10.01'));
  const more = applyFill(bought, parseQuantity('4'), parsePrice('9.99'));
  const less = applyFill(more, parseQuantity('-5'), parsePrice('11'));
  expect(averageEntryPrice(less, 9)).toBe(averageEntryPrice(more, 9));
  expect(averageEntryPrice(more, 9)).toBe(9_998_571_429n);
});

test('a fraction of 1e-9 shares keeps twelve decimals of its cost', () => {
  const position = applyFill(FLAT, 1n, parsePrice('10.0005'));
  // 1e-9 x 10.0005 is 0.0000000100005: the half goes to the even neighbour.
  expect(position.cost).toBe(parseCost('0.00000001'));
});

test('an average can be shown with fewer digits than the cost has', () => {
  const position = { quantity: 3n, cost: 20_000n, realizedPnl: 0n };
  const scales = { price: 0, quantity: 0, cost: 4 };
  expect(averageEntryPrice(position, 2, scales)).toBe(67n);
  expect(averageEntryPrice(FLAT)).toBe(0n);
});

describe('the profit of the day', () => {
  const position = { quantity: parseQuantity('10'), cost: parseCost('1000'), realizedPnl: 0n };
  const short = { quantity: parseQuantity('-10'), cost: parseCost('-1000'), realizedPnl: 0n };

  test.each([
    { name: 'all held overnight', of: position, overnight: '10', lastDay: '108', profit: '20' },
    { name: 'more held overnight', of: position, overnight: '15', lastDay: '108', profit: '20' },
    { name: 'half held overnight', of: position, overnight: '5', lastDay: '108', profit: '60' },
    { name: 'nothing held', of: position, overnight: '0', lastDay: '108', profit: '100' },
    { name: 'no day before', of: position, overnight: '10', lastDay: null, profit: '100' },
    { name: 'short yesterday', of: position, overnight: '-5', lastDay: '108', profit: '100' },
    { name: 'a short overnight', of: short, overnight: '-10', lastDay: '112', profit: '20' },
  ])('$name: $profit', ({ of, overnight, lastDay, profit }) => {
    const unrealized = unrealizedPnl(of, parsePrice('110'));
    const day = lastDay === null ? null : parsePrice(lastDay);
    expect(intradayPnl(of, unrealized, parseQuantity(overnight), day)).toBe(parseCost(profit));
  });
});
