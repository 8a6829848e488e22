import fc from 'fast-check';
import { parseQuantity } from '../../domain/decimal';
import { REJECT_REASONS } from '../../domain/refusal';
import { assessOrder } from '../../domain/risk/assess';
import { aRiskInput } from './builders';

const shares = parseQuantity;

test('a cash account can never be brought below zero, whatever it asks for', () => {
  const cases = fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    type: fc.constantFrom('market' as const, 'limit' as const),
    quantity: fc.bigInt(1n, 1_000n).map((whole) => whole * shares('1')),
    limit: fc.bigInt(1n, 10_000_000n),
    cash: fc.bigInt(0n, 100_000_000n),
    owned: fc.bigInt(0n, 1_000n).map((whole) => whole * shares('1')),
    takerPpm: fc.integer({ min: 0, max: 100_000 }),
  });
  fc.assert(
    fc.property(cases, ({ side, type, quantity, limit, cash, owned, takerPpm }) => {
      const verdict = assessOrder(
        aRiskInput({
          order: { side, type, quantity, limitPrice: type === 'limit' ? limit : null },
          account: { availableCash: cash },
          position: { quantity: owned, availableShares: owned },
          fees: { takerPpm },
        }),
      );
      if (!verdict.accepted) {
        expect(REJECT_REASONS).toContain(verdict.reason);
        return;
      }
      const { unit, amount } = verdict.hold;
      expect(amount).toBeLessThanOrEqual(unit === 'USD' ? cash : owned);
    }),
  );
});
