import fc from 'fast-check';
import { parseCash, parseQuantity } from '../decimal';
import { type Holding, marginStanding, planReductions } from './margin';

const holding = (symbol: string, quantity: string, value: string): Holding => ({
  symbol,
  quantity: parseQuantity(quantity),
  value: parseCash(value),
});
const say = (cash: string, ...holdings: Holding[]) =>
  planReductions({ cash: parseCash(cash), holdings }).map(
    ({ side, symbol, quantity }) => `${side} ${symbol} ${quantity}`,
  );

test.each([
  { name: 'no positions', cash: '10', held: [], plan: [] },
  {
    name: 'exactly covered',
    cash: '-700',
    held: [holding('A', '10', '1000')],
    plan: [],
  },
  {
    // Short by 0.01, which is 0.035 of value: one share at most.
    name: 'a cent too little',
    cash: '-700.01',
    held: [holding('A', '10', '1000')],
    plan: ['sell A 1000000000'],
  },
  {
    name: 'short by 150, so 525 of value goes',
    cash: '-850',
    held: [holding('A', '10', '1000')],
    plan: ['sell A 6000000000'],
  },
  {
    name: 'nothing left',
    cash: '-1000',
    held: [holding('A', '10', '600'), holding('B', '3.5', '400')],
    plan: ['sell A 10000000000', 'sell B 3500000000'],
  },
  {
    name: 'a short that rose',
    cash: '1200',
    held: [holding('S', '-10', '-1000')],
    plan: ['buy S 4000000000'],
  },
])('$name: $plan', ({ cash, held, plan }) => {
  expect(say(cash, ...held)).toEqual(plan);
});

const arbitraryHolding = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 90_000 }), fc.boolean())
  .map(([shares, cents, isLong]) => {
    const sign = isLong ? 1n : -1n;
    return {
      quantity: BigInt(shares) * 1_000_000_000n * sign,
      value: BigInt(shares * cents) * 100n * sign,
    };
  });

test('what the plan leaves is covered wherever anything is left, and it never overshoots', () => {
  fc.assert(
    fc.property(
      fc.array(arbitraryHolding, { maxLength: 6 }),
      fc.integer({ min: -10_000_000, max: 10_000_000 }),
      (plain, dollars) => {
        const holdings = plain.map((one, index) => ({ ...one, symbol: `S${index}` }));
        const state = { cash: BigInt(dollars) * 10_000n, holdings };
        const plan = new Map(planReductions(state).map((one) => [one.symbol, one]));
        let cash = state.cash;
        const rest: Holding[] = [];
        for (const one of holdings) {
          const part = plan.get(one.symbol)?.quantity ?? 0n;
          const size = one.quantity < 0n ? -one.quantity : one.quantity;
          expect(part <= size).toBe(true);
          cash += (one.value * part) / size;
          if (part < size) {
            const left = size - part;
            const quantity = one.quantity < 0n ? -left : left;
            rest.push({ ...one, quantity, value: (one.value * left) / size });
          }
        }
        const { equity, requirement } = marginStanding({ cash, holdings: rest });
        // Values of parts are cut off here, by less than a unit each.
        if (rest.length > 0) expect(equity + 12n >= requirement).toBe(true);
      },
    ),
  );
});
