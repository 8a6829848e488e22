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
  type World,
} from './miniature';
import { type BracketWish, placeBracket, requestReplace } from './miniature-lists';
import {
  losePublication,
  loseSettlement,
  loseStep,
  publish,
  restartSession,
  runBook,
  settle,
} from './miniature-processes';
import { type Action, action, listAction } from './random-actions';
import { findListDeviations } from './list-oracle';

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

const livesOf = (minLength: number, maxLength: number): fc.Arbitrary<Action[]> =>
  fc.oneof(
    fc.array(action, { minLength, maxLength }),
    fc.array(listAction, { minLength, maxLength }),
  );

test('random lives of orders keep the books exact, and end with nothing held', () => {
  const count = { replacedMembers: 0, exitFills: 0, restated: 0 };
  fc.assert(
    fc.property(livesOf(10, 60), (actions) => {
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
      count.restated += world.transitions.filter(({ event }) => event === 'restate').length;
      count.replacedMembers += members.filter(({ status }) => status === 'replaced').length;
      count.exitFills += members.filter(
        (one) => one.listRole !== 'entry' && one.filledQuantity > 0n,
      ).length;
    }),
    { numRuns: 300 },
  );
  // These were no empty lives.
  expect(count.replacedMembers).toBeGreaterThan(10);
  expect(count.exitFills).toBeGreaterThan(10);
  expect(count.restated).toBeGreaterThan(0);
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

const dyingLives = fc.oneof(
  fc.array(fc.record({ asked: action, dies: death }), { minLength: 5, maxLength: 50 }),
  fc.array(fc.record({ asked: listAction, dies: death }), { minLength: 5, maxLength: 50 }),
);

test('processes that die at any step leave the broker as if none had ever died', () => {
  fc.assert(
    fc.property(dyingLives, (steps) => {
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
    }),
    { numRuns: 300 },
  );
});

/** A book with one share on each side, its bid as given. */
function quoteAt(world: World, bid: number): void {
  const at = (price: number) => [{ price, size: 1_000_000_000 }];
  const quoted = { bids: at(bid), asks: at(bid + 200), print: bid + 100, gap: false };
  act(world, { kind: 'quote', quote: quoted }, '');
}

const SHARE = parseQuantity('1');
const BRACKET: BracketWish = {
  customer: 0,
  side: 'buy',
  quantity: SHARE,
  limitPrice: 299_100n,
  profit: 100n,
  loss: 100n,
};

test('settled report by report, an exit that fills sells its shares once', () => {
  const world = createWorld();
  const [buyer] = world.customers;
  quoteAt(world, 298_900);
  placeBracket(world, BRACKET, 'o1');
  quoteAt(world, 299_200);
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

test('an exit whose shares the other one sold is not replaced before its end is settled', () => {
  const world = createWorld();
  const [buyer] = world.customers;
  quoteAt(world, 298_900);
  placeBracket(world, BRACKET, 'o1');
  quoteAt(world, 299_200);
  settle(world, buyer!, buyer!.unsettled.length - 1);
  expect(buyer!.unsettled.map(({ kind, orderId }) => `${kind} ${orderId}`)).toEqual([
    'canceled o1-loss',
  ]);
  const wish = { quantity: SHARE, limitPrice: 298_000n, stopMove: -100n };
  requestReplace(world, buyer!, 0, wish, 'o2');
  expect(buyer!.state.orders.has('o2')).toBe(false);
  expectExactBooks(world);
});
