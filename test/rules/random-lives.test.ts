import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Quote } from '../../domain/book/types';
import { parseQuantity } from '../../domain/decimal';
import { USD, userAccount } from '../../domain/ledger/accounts';
import { CLOSED_STATUSES, isClosed } from '../../domain/order/order';
import { snapshotOf } from '../../domain/order/state';
import { EDGES } from '../../domain/order/transitions';
import { type AccountState, settleReports } from '../../domain/settlement/settle-account';
import type { ExecutionReport } from '../../domain/settlement/types';
import {
  balanceOf,
  createWorld,
  type Customer,
  placeOrder,
  requestCancel,
  SYMBOL,
  type Wish,
  type World,
} from './miniature';
import {
  type BracketWish,
  placeBracket,
  type ReplaceWish,
  requestReplace,
} from './miniature-lists';
import {
  losePublication,
  loseSettlement,
  loseStep,
  publish,
  restartSession,
  runBook,
  settle,
} from './miniature-processes';
import { findListDeviations } from './list-oracle';

type Action =
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
  quantity,
  limitPrice: price,
  profit: cents,
  loss: cents,
});

const quote = fc
  .tuple(price, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3 }), fc.boolean())
  .map(([print, size, spread, gap]): Quote => {
    const sized = (at: number) => [{ price: at, size: size * 1_000_000_000 }];
    const half = spread * 100;
    const last = Number(print);
    return { bids: sized(last - half), asks: sized(last + half), print: last, gap };
  });

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: wish.map((asked) => ({ kind: 'place' as const, wish: asked })) },
  { weight: 3, arbitrary: bracket.map((asked) => ({ kind: 'bracket' as const, wish: asked })) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), customer, target }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      customer,
      target,
      wish: fc.record({
        quantity,
        limitPrice: price,
        stopMove: fc.integer({ min: -4, max: 4 }).map((moved) => BigInt(moved * 100)),
      }),
    }),
  },
  { weight: 4, arbitrary: quote.map((given) => ({ kind: 'quote' as const, quote: given })) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('run' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('halt' as const, 'unhalt' as const) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      customer,
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: customer.map((one) => ({ kind: 'publish' as const, customer: one })),
  },
);

/** @param id - Names the request; the same again is the same request. */
function act(world: World, asked: Action, id: string): void {
  const { book, customers } = world;
  switch (asked.kind) {
    case 'place':
      return placeOrder(world, asked.wish, id);
    case 'bracket':
      return placeBracket(world, asked.wish, id);
    case 'cancel':
      return requestCancel(world, customers[asked.customer]!, asked.target);
    case 'replace':
      return requestReplace(world, customers[asked.customer]!, asked.target, asked.wish, id);
    case 'quote':
      return runBook(world, (reports) => {
        book.quote(asked.quote, reports);
      });
    case 'run':
      return runBook(world);
    case 'halt':
      return runBook(world, () => book.halt());
    case 'unhalt':
      return runBook(world, (reports) => {
        book.unhalt(reports);
      });
    case 'settle':
      expectAnyGrouping(customers[asked.customer]!);
      return settle(world, customers[asked.customer]!, asked.count);
    case 'publish':
      return publish(customers[asked.customer]!);
  }
}

/** Ends the session and whatever outlives it, then settles and publishes all of it. */
function finish(world: World): void {
  const { book, customers } = world;
  runBook(world, (reports) => {
    book.unhalt(reports);
    book.closeSession(reports);
    for (const { orderId } of book.restingOrders()) book.cancel(orderId, reports);
  });
  for (const one of customers) {
    settle(world, one, one.unsettled.length);
    publish(one);
  }
}

/** Settles a copy all at once, and one by one. */
function expectAnyGrouping({ state, unsettled }: Customer): void {
  const all = settleReports(state, unsettled);
  const parts = unsettled.map(
    ((before: AccountState) => (report: ExecutionReport) => {
      const part = settleReports(before, [report]);
      before = part.state;
      return part;
    })(state),
  );
  const lines = (of: 'journals' | 'transitions' | 'events' | 'fills') =>
    parts.flatMap((part): unknown[] => [...part[of]]);
  expectSame(parts.at(-1)?.state ?? state, all.state);
  expectSame(lines('journals'), all.journals);
  expectSame(lines('transitions'), all.transitions);
  expectSame(lines('events'), all.events);
  expectSame(lines('fills'), all.fills);
}

/** Jest compares slowly and shows well: it is asked only for what differs. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

function expectExactBooks(world: World): void {
  // One comparison instead of dozens: this runs after every action.
  const deviations = world.customers.flatMap((one) => [
    ...findDeviations(world, one),
    ...findListDeviations(one),
  ]);
  if (deviations.length > 0) expect(deviations).toEqual([]);
}

function findDeviations(world: World, { owner, state }: Customer): unknown[] {
  const [available, held] = [userAccount(owner, 'available'), userAccount(owner, 'held')];
  const heldIn = (unit: string) =>
    [...state.holds.values()]
      .flat()
      .filter((hold) => hold.unit === unit)
      .reduce((sum, { remaining }) => sum + remaining, 0n);
  const freeShares = balanceOf(world, available, SYMBOL);
  const equalities: [what: string, actual: unknown, expected: unknown][] = [
    ['held cash', balanceOf(world, held, USD), heldIn(USD)],
    ['held shares', balanceOf(world, held, SYMBOL), heldIn(SYMBOL)],
    ['available cash', balanceOf(world, available, USD), state.availableCash],
    ['shares', freeShares + heldIn(SYMBOL), state.position.quantity],
    ...[...state.orders.values()].flatMap((order): [string, unknown, unknown][] => [
      [`${order.orderId} overfilled`, order.filledQuantity > order.quantity, false],
      [
        `${order.orderId} filled`,
        order.status === 'filled',
        order.filledQuantity === order.quantity,
      ],
    ]),
  ];
  return equalities.filter(([, actual, expected]) => actual !== expected);
}

function expectAllOver(world: World): void {
  for (const { state } of world.customers) {
    expect([...state.orders.values()].filter(({ status }) => !isClosed(status))).toEqual([]);
    expect([...state.holds.values()].flat().filter(({ remaining }) => remaining !== 0n)).toEqual(
      [],
    );
  }
  expect(balanceOf(world, `clearing:${SYMBOL}`, USD)).toBe(0n);
  expect(balanceOf(world, `clearing:${SYMBOL}`, SYMBOL)).toBe(0n);
  const total = [...world.balances].reduce((sum, [, { amount }]) => sum + amount, 0n);
  expect(total).toBe(0n);
}

/** What an order has executed is what it inherited and its own fills, to the last digit. */
function expectFillsAddUp(world: World): void {
  for (const { state } of world.customers) {
    for (const order of state.orders.values()) {
      const own = world.fills.filter(({ orderId }) => orderId === order.orderId);
      const shares = own.reduce((sum, fill) => sum + fill.quantity, 0n);
      const notional = own.reduce((sum, fill) => sum + fill.price * fill.quantity, 0n);
      expect([order.filledQuantity, order.filledNotional]).toEqual([
        order.inheritedQuantity + shares,
        order.inheritedNotional + notional,
      ]);
      const next = order.replacedBy === null ? undefined : state.orders.get(order.replacedBy);
      if (next !== undefined) expect(next.inheritedQuantity).toBe(order.filledQuantity);
    }
  }
}

/** Every change is an edge from where the order was, and one event tells how it ended. */
function expectLegalLives(world: World): void {
  const edges = new Set(EDGES.map((edge) => edge.join(' ')));
  const status = new Map<string, string>();
  for (const { orderId, from, event, to } of world.transitions) {
    const legal = edges.has(`${from} ${event} ${to}`) && (status.get(orderId) ?? from) === from;
    if (!legal) throw new Error(`${orderId}: ${event} from ${from} to ${to}`);
    status.set(orderId, to);
  }
  const terminal = new Set(CLOSED_STATUSES.map((closed) => `everfill.order.${closed}.v1`));
  for (const { state, events } of world.customers) {
    for (const { orderId } of state.orders.values()) {
      const ends = events.filter((event) => event.orderId === orderId && terminal.has(event.type));
      expect([orderId, ends.length]).toEqual([orderId, 1]);
    }
  }
}

/** Who applied every event once knows every order as it is. */
function expectInformedConsumers(world: World): void {
  for (const { state, events, consumer } of world.customers) {
    expect(consumer.heard).toBe(events.length);
    expect([...consumer.orders.values()]).toEqual(
      [...consumer.orders.keys()].map((orderId) => snapshotOf(state.orders.get(orderId)!)),
    );
    expect(consumer.orders.size).toBe(state.orders.size);
  }
}

test('random lives of orders keep the books exact, and end with nothing held', () => {
  const count = { replacedMembers: 0, exitFills: 0 };
  fc.assert(
    fc.property(fc.array(action, { minLength: 10, maxLength: 60 }), (actions) => {
      const world = createWorld();
      act(world, { kind: 'quote', quote: OPENING }, 'open');
      for (const [index, asked] of actions.entries()) {
        act(world, asked, `o${index}`);
        expectExactBooks(world);
      }
      finish(world);
      expectExactBooks(world);
      expectAllOver(world);
      expectLegalLives(world);
      expectFillsAddUp(world);
      expectInformedConsumers(world);
      const orders = world.customers.flatMap(({ state }) => [...state.orders.values()]);
      const members = orders.filter(({ listRole }) => listRole !== null);
      count.replacedMembers += members.filter(({ status }) => status === 'replaced').length;
      count.exitFills += members.filter(
        (one) => one.listRole !== 'entry' && one.filledQuantity > 0n,
      ).length;
    }),
    { numRuns: 150 },
  );
  // These were no empty lives.
  expect(count.replacedMembers).toBeGreaterThan(10);
  expect(count.exitFills).toBeGreaterThan(10);
});

/** How a broker stands, for comparison with another one. */
const standing = ({ customers, balances, fills, transitions }: World) => ({
  customers,
  balances,
  fills,
  transitions,
});

const OPENING: Quote = { bids: [], asks: [], print: 300_000, gap: false };

/** What each process can lose when it dies, beside what it is asked to do. */
const DEATHS = {
  'api or order-worker, after the commit and before the answer': (world, asked, id) => {
    if (REQUESTS.has(asked.kind)) act(world, asked, id);
  },
  'session, before its step is stored': loseStep,
  'session, after its step is stored': restartSession,
  'order-worker, before a settlement is committed': ({ customers }) =>
    customers.forEach(loseSettlement),
  'order-worker or relay, between the events and their mark': ({ customers }) =>
    customers.forEach(losePublication),
} as const satisfies Record<string, (world: World, asked: Action, id: string) => void>;

const REQUESTS: ReadonlySet<Action['kind']> = new Set(['place', 'bracket', 'cancel', 'replace']);

const death = fc.option(fc.constantFrom(...(Object.keys(DEATHS) as (keyof typeof DEATHS)[])), {
  nil: null,
  freq: 2,
});

test('processes that die at any step leave the broker as if none had ever died', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ asked: action, dies: death }), { minLength: 5, maxLength: 50 }),
      (steps) => {
        const steady = createWorld();
        const dying = createWorld();
        for (const world of [steady, dying]) act(world, { kind: 'quote', quote: OPENING }, 'open');
        for (const [index, { asked, dies }] of steps.entries()) {
          act(steady, asked, `o${index}`);
          act(dying, asked, `o${index}`);
          if (dies !== null) DEATHS[dies](dying, asked, `o${index}`);
          expectExactBooks(dying);
        }
        finish(steady);
        finish(dying);
        expectSame(standing(dying), standing(steady));
        expectAllOver(dying);
        expectInformedConsumers(dying);
      },
    ),
    { numRuns: 150 },
  );
});

test('settled report by report, an exit that fills sells its shares once', () => {
  const world = createWorld();
  const [buyer] = world.customers;
  const quoteAt = (bid: number): void => {
    const at = (price: number) => [{ price, size: 1_000_000_000 }];
    const quoted = { bids: at(bid), asks: at(bid + 200), print: bid + 100, gap: false };
    act(world, { kind: 'quote', quote: quoted }, '');
  };
  quoteAt(298_900);
  const share = parseQuantity('1');
  const terms = { side: 'buy' as const, quantity: share, limitPrice: 299_100n };
  placeBracket(world, { customer: 0, ...terms, profit: 100n, loss: 100n }, 'o1');
  quoteAt(299_200);
  const kinds = buyer!.unsettled.map(({ kind, orderId }) => `${kind} ${orderId}`);
  expect(kinds.slice(-2)).toEqual([
    expect.stringMatching(/^trade .*-profit$/),
    expect.stringMatching(/^canceled .*-loss$/),
  ]);
  while (buyer!.unsettled.length > 0) {
    settle(world, buyer!, 1);
    expectExactBooks(world);
  }
  expect(buyer!.state.position.quantity).toBe(0n);
});
