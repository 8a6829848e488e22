/**
 * A whole broker in memory, for properties: the real rules, the real book and the real ledger,
 * with requests, the book and settlement as far apart in time as a test likes.
 */
import { Book, EMPTY_BOOK_STATE } from '../../domain/book/book';
import type { BookOrder, BookReport, BookState, RestingOrder } from '../../domain/book/types';
import { parseCash } from '../../domain/decimal';
import { type Owner, type Unit, USD, userAccount } from '../../domain/ledger/accounts';
import { balanceKey, type Balances, bookJournal } from '../../domain/ledger/balances';
import { depositJournal, holdJournal, type Journal } from '../../domain/ledger/journal';
import { advanceOrder } from '../../domain/order/advance';
import { type OrderEvent, orderEvent } from '../../domain/order/events';
import { isClosed } from '../../domain/order/order';
import { leavesOf, type OrderSnapshot, type OrderState } from '../../domain/order/state';
import type { Transition } from '../../domain/order/transitions';
import { FLAT, marketValue } from '../../domain/position';
import { assessOrder } from '../../domain/risk/assess';
import type { RiskInput, RiskOrder } from '../../domain/risk/input';
import type { UnitAmount } from '../../domain/ledger/hold';
import type { AccountState } from '../../domain/settlement/settle-account';
import type { ExecutionReport, Fill } from '../../domain/settlement/types';
import { anOrderState, aRiskInput } from './builders';

export const SYMBOL = 'SPY';
export const FEES = { makerPpm: 130, takerPpm: 270 };

export interface Customer {
  readonly owner: Owner;
  /** May sell short and borrow. */
  readonly margin: boolean;
  state: AccountState;
  /** What the book reported and nobody settled yet, in book order. */
  unsettled: ExecutionReport[];
  /** What subscribers are to hear, in order, and how much of it is marked as published. */
  readonly events: OrderEvent[];
  published: number;
  readonly consumer: Consumer;
}

/** Applies each event once, whatever it is sent twice. */
export interface Consumer {
  heard: number;
  /** By order id, as the last event showed it. */
  readonly orders: Map<string, OrderSnapshot>;
}

/** A row of the queue of a symbol; it stays there when the book has taken it. */
export interface Command {
  readonly run: (reports: BookReport[]) => void;
  taken: boolean;
}

export interface World {
  /** Another one after each crash. */
  book: Book;
  /** The book as it is stored: its orders by id, and the rest. */
  readonly rows: Map<string, RestingOrder>;
  cursor: BookState;
  readonly customers: readonly Customer[];
  balances: Balances;
  readonly keys: Set<string>;
  readonly commands: Command[];
  readonly transitions: Transition[];
  readonly fills: Fill[];
  /** Of reports. */
  sequence: number;
}

/** Which customer asks, for what. */
export interface Wish extends Omit<RiskOrder, 'forced'> {
  readonly customer: number;
}

export function createWorld(): World {
  const world: World = {
    book: new Book(),
    rows: new Map(),
    cursor: EMPTY_BOOK_STATE,
    customers: [createCustomer('cash', false), createCustomer('margin', true)],
    balances: new Map(),
    keys: new Set(),
    commands: [],
    transitions: [],
    fills: [],
    sequence: 0,
  };
  for (const { owner, margin, state } of world.customers) {
    const available = userAccount(owner, 'available');
    const floor = margin ? null : 0n;
    const opened = { amount: 0n, version: 0, floor };
    world.balances = new Map(world.balances)
      .set(balanceKey(available, USD), opened)
      .set(balanceKey(available, SYMBOL), opened)
      .set(balanceKey(userAccount(owner, 'held'), USD), { ...opened, floor: 0n })
      .set(balanceKey(userAccount(owner, 'held'), SYMBOL), { ...opened, floor: 0n });
    post(world, depositJournal(`opening:${owner.accountId}`, owner, USD, state.availableCash));
  }
  return world;
}

function createCustomer(accountId: string, margin: boolean): Customer {
  const owner = { accountId, epoch: 1 };
  const availableCash = parseCash('5000');
  const none = { orders: new Map(), holds: new Map(), position: FLAT };
  return {
    owner,
    margin,
    state: { owner, ...none, availableCash, fees: FEES },
    unsettled: [],
    events: [],
    published: 0,
    consumer: { heard: 0, orders: new Map() },
  };
}

export function balanceOf(world: World, account: string, unit: string): bigint {
  return world.balances.get(balanceKey(account, unit))?.amount ?? 0n;
}

export function post(world: World, journal: Journal | null): void {
  if (journal === null) return;
  if (world.keys.has(journal.key)) throw new Error(`${journal.key} is booked twice`);
  world.keys.add(journal.key);
  const booking = bookJournal(world.balances, journal);
  if (!booking.booked) throw new Error(`${journal.key} breaks the floor of its account`);
  world.balances = booking.balances;
}

export const openOrders = ({ state }: Customer): OrderState[] =>
  [...state.orders.values()].filter(({ status }) => !isClosed(status));

export function riskInput(world: World, customer: Customer, order: RiskOrder): RiskInput {
  const { state, owner, margin } = customer;
  const last = world.book.lastPrint === null ? null : BigInt(world.book.lastPrint);
  const value = marketValue(state.position, last ?? 0n) / 10n ** 8n;
  const heldCash = balanceOf(world, userAccount(owner, 'held'), USD);
  const sum = (side: 'buy' | 'sell') =>
    openOrders(customer)
      .filter((open) => open.side === side && open.status !== 'accepted')
      .reduce((total, open) => total + leavesOf(open), 0n);
  return aRiskInput({
    order,
    account: {
      multiplier: margin ? 2 : 1,
      shortingEnabled: margin,
      availableCash: state.availableCash,
      margin: margin
        ? {
            equity: state.availableCash + heldCash + value,
            initialMargin: (value < 0n ? -value : value) / 2n,
            heldCash,
          }
        : null,
    },
    position: {
      quantity: state.position.quantity,
      availableShares: balanceOf(world, userAccount(owner, 'available'), SYMBOL),
    },
    working: { buyQuantity: sum('buy'), sellQuantity: sum('sell') },
    market: { last, bid: last, ask: last },
    limits: { priceCollarPpm: 100_000 },
    fees: FEES,
  });
}

export function putOrders(customer: Customer, ...orders: readonly OrderState[]): void {
  const all = new Map(customer.state.orders);
  for (const order of orders) all.set(order.orderId, order);
  customer.state = { ...customer.state, orders: all };
}

/** Puts a command into the queue of the symbol. */
export function enqueue(world: World, run: Command['run']): void {
  world.commands.push({ run, taken: false });
}

/** Moves cash or shares into the root's hold, as acceptance does. */
export function takeHolds(
  world: World,
  customer: Customer,
  { orderId, rootId }: Pick<OrderState, 'orderId' | 'rootId'>,
  added: readonly UnitAmount[],
): void {
  const { owner, state } = customer;
  post(world, holdJournal(`${orderId}:hold`, owner, added));
  const before = state.holds.get(rootId) ?? added.map(({ unit }) => ({ unit, remaining: 0n }));
  const more = (unit: Unit) => added.find((one) => one.unit === unit)?.amount ?? 0n;
  const holds = before.map(({ unit, remaining }) => ({ unit, remaining: remaining + more(unit) }));
  customer.state = {
    ...state,
    holds: new Map(state.holds).set(rootId, holds),
    availableCash: state.availableCash - more(USD),
  };
}

/** @param orderId - Names the request: made again, it finds its order. */
export function placeOrder(
  world: World,
  { customer: index, ...wish }: Wish,
  orderId: string,
): void {
  const customer = world.customers[index]!;
  if (customer.state.orders.has(orderId)) return;
  const verdict = assessOrder(riskInput(world, customer, { ...wish, forced: false }));
  if (!verdict.accepted) return;
  const { protectionPrice, shortPrice, hold } = verdict;
  const { accountId } = customer.owner;
  const ids = { orderId, rootId: orderId, accountId };
  const order = anOrderState({ ...wish, ...ids, protectionPrice, shortPrice });
  takeHolds(world, customer, order, [hold]);
  putOrders(customer, order);
  customer.events.push(orderEvent('accepted', order));
  enqueue(world, (reports) => world.book.submit(toBookOrder(order), reports));
}

export function toBookOrder(order: OrderState): BookOrder {
  const role = order.listRole === 'entry' ? 'entry' : 'exit';
  return {
    ...order,
    quantity: Number(order.quantity),
    filled: 0,
    limitPrice: toNumber(order.limitPrice),
    stopPrice: toNumber(order.stopPrice),
    trailPrice: toNumber(order.trailPrice),
    protectionPrice: toNumber(order.protectionPrice),
    postOnly: false,
    selfTradePrevention: 'expire_taker',
    ...(order.listRole !== null && { list: { id: order.rootId, role } }),
  };
}

export const toNumber = (value: bigint | null): number | null =>
  value === null ? null : Number(value);

/** Asks to cancel the order and what asks to take its place; what is closed is left alone. */
export function requestCancel(world: World, customer: Customer, target: number): void {
  const open = openOrders(customer);
  const named = open[target % Math.max(open.length, 1)];
  if (named === undefined) return;
  for (const order of open.filter((one) => one === named || one.replaces === named.orderId)) {
    if (order.status === 'pending_cancel') continue;
    record(world, customer, advanceOrder(order, 'request_cancel'));
    enqueue(world, (reports) => world.book.cancel(order.orderId, reports));
  }
}

export function record(
  world: World,
  customer: Customer,
  advance: ReturnType<typeof advanceOrder>,
): void {
  putOrders(customer, advance.order);
  world.transitions.push(advance.transition);
  customer.events.push(advance.event);
}
