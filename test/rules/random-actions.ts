/** What may happen to the miniature broker, as chance has it. */
import fc from 'fast-check';
import type { Quote } from '../../domain/book/types';
import { parseQuantity } from '../../domain/decimal';
import type { Wish } from './miniature';
import type { BracketWish, ReplaceWish } from './miniature-lists';

/** What a customer, the market or a process does next. */
export type Action =
  | { readonly kind: 'place'; readonly wish: Wish }
  | { readonly kind: 'bracket'; readonly wish: BracketWish }
  | { readonly kind: 'cancel'; readonly customer: number; readonly target: number }
  | {
      readonly kind: 'replace';
      readonly customer: number;
      readonly target: number;
      readonly wish: ReplaceWish;
    }
  | { readonly kind: 'quote'; readonly quote: Quote }
  | { readonly kind: 'run' | 'halt' | 'unhalt' }
  | { readonly kind: 'settle'; readonly customer: number; readonly count: number }
  | { readonly kind: 'publish'; readonly customer: number };

const customer = fc.integer({ min: 0, max: 1 });
const target = fc.nat(20);
/** Cents around 30.00. */
const price = fc.integer({ min: 2_990, max: 3_010 }).map((cents) => BigInt(cents * 100));
const quantity = fc.oneof(
  fc.integer({ min: 1, max: 60 }).map((whole) => parseQuantity(String(whole))),
  fc.bigInt(1n, parseQuantity('3')),
);

const wish = fc
  .record({
    customer,
    side: fc.constantFrom('buy' as const, 'sell' as const),
    type: fc.constantFrom('limit' as const, 'limit' as const, 'market' as const, 'stop' as const),
    timeInForce: fc.constantFrom('day' as const, 'gtc' as const, 'ioc' as const, 'fok' as const),
    quantity,
    price,
  })
  .map(({ price: at, ...rest }): Wish => {
    const limitPrice = rest.type === 'limit' ? at : null;
    const stopPrice = rest.type === 'stop' ? at : null;
    const timeInForce = rest.type === 'stop' ? 'gtc' : rest.timeInForce;
    return { ...rest, timeInForce, limitPrice, stopPrice };
  });

const cents = fc.integer({ min: 1, max: 8 }).map((count) => BigInt(count * 100));
const bracket: fc.Arbitrary<BracketWish> = fc.record({
  customer,
  side: fc.constantFrom('buy' as const, 'buy' as const, 'sell' as const),
  // Small enough for the quotes to fill, large enough for an exit to be filled in parts.
  quantity: fc.integer({ min: 1, max: 12 }).map((whole) => parseQuantity(String(whole))),
  limitPrice: price,
  profit: cents,
  loss: cents,
});

const quote = fc
  .tuple(
    price,
    fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 6 })),
    fc.integer({ min: 1, max: 3 }),
    fc.boolean(),
  )
  .map(([print, size, spread, gap]): Quote => {
    const sized = (at: number) => [{ price: at, size: size * 1_000_000_000 }];
    const half = spread * 100;
    const last = Number(print);
    return { bids: sized(last - half), asks: sized(last + half), print: last, gap };
  });

const ACTIONS: Readonly<Record<Action['kind'], fc.Arbitrary<Action>>> = {
  place: wish.map((asked) => ({ kind: 'place', wish: asked })),
  bracket: bracket.map((asked) => ({ kind: 'bracket', wish: asked })),
  cancel: fc.record({ kind: fc.constant('cancel'), customer, target }),
  replace: fc.record({
    kind: fc.constant('replace'),
    customer,
    target,
    wish: fc.record({
      quantity,
      limitPrice: price,
      stopMove: fc.integer({ min: -4, max: 4 }).map((moved) => BigInt(moved * 100)),
    }),
  }),
  quote: quote.map((given) => ({ kind: 'quote', quote: given })),
  run: fc.constant({ kind: 'run' }),
  halt: fc.constant({ kind: 'halt' }),
  unhalt: fc.constant({ kind: 'unhalt' }),
  settle: fc.record({
    kind: fc.constant('settle'),
    customer,
    count: fc.constantFrom(1, 2, 3, 100),
  }),
  publish: customer.map((one) => ({ kind: 'publish', customer: one })),
};

type Weights = Readonly<Partial<Record<Action['kind'], number>>>;

const anyOf = (weights: Weights): fc.Arbitrary<Action> =>
  fc.oneof(
    ...Object.entries(weights).map(([kind, weight]) => {
      return { weight, arbitrary: ACTIONS[kind as Action['kind']] };
    }),
  );

/** Everything, and now and then only what concerns lists, so that exits live, trade and change. */
export const action = anyOf({
  ...{ place: 6, bracket: 3, cancel: 2, replace: 3, quote: 4, run: 4, halt: 1, unhalt: 2 },
  ...{ settle: 4, publish: 2 },
});
export const listAction = anyOf({
  ...{ bracket: 3, cancel: 1, replace: 3, quote: 8, run: 1, settle: 5, publish: 1 },
});
