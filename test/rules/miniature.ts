/**
 * A whole broker in memory, for properties: the real rules, the real book and the real ledger,
 * with requests, the book and settlement as far apart in time as a test likes.
 */
import { Book } from '../../domain/book/book';
import type { BookOrder, BookReport } from '../../domain/book/types';
import { parseCash, tradeAmount } from '../../domain/decimal';
import { type Owner, USD, userAccount } from '../../domain/ledger/accounts';
import { balanceKey, type Balances, bookJournal } from '../../domain/ledger/balances';
import { tradeFee } from '../../domain/ledger/fees';
import { depositJournal, holdJournal, type Journal } from '../../domain/ledger/journal';
import { advanceOrder } from '../../domain/order/advance';
import { type OrderEvent, orderEvent } from '../../domain/order/events';
import { isClosed } from '../../domain/order/order';
import { leavesOf, type OrderState } from '../../domain/order/state';
import type { Transition } from '../../domain/order/transitions';
import { FLAT, marketValue } from '../../domain/position';
import { assessOrder, assessReplace } from '../../domain/risk/assess';
import { assessList } from '../../domain/risk/assess-list';
import type { RiskInput, RiskOrder } from '../../domain/risk/input';
import type { UnitAmount } from '../../domain/ledger/hold';
import { type AccountState, settleReports } from '../../domain/settlement/settle-account';
import type { ExecutionReport, Fill } from '../../domain/settlement/types';
import { anOrderState, aReport, aRiskInput } from './builders';

export const SYMBOL = 'SPY';
const FEES = { makerPpm: 130, takerPpm: 270 };

export interface Customer {
  readonly owner: Owner;
  /** May sell short and borrow. */
  readonly margin: boolean;
  state: AccountState;
  /** What the book reported and nobody settled yet, in book order. */
  unsettled: ExecutionReport[];
}

export interface World {
  /** Another one after each crash. */
  book: Book;
  readonly customers: readonly Customer[];
  balances: Balances;
  readonly keys: Set<string>;
  /** Commands the book has not taken yet. */
  commands: ((reports: BookReport[]) => void)[];
  readonly transitions: Transition[];
  readonly events: OrderEvent[];
  readonly fills: Fill[];
  sequence: number;
}

/** Which customer asks, for what. */
export interface Wish extends Omit<RiskOrder, 'forced'> {
  readonly customer: number;
}

/** An entry with the two exits that close what it buys or sells. */
export interface BracketWish {
  readonly customer: number;
  readonly side: 'buy' | 'sell';
  readonly quantity: bigint;
  readonly limitPrice: bigint;
  /** How far its exits are from it, 1e-4. */
  readonly profit: bigint;
  readonly loss: bigint;
}

export function createWorld(): World {
  const world: World = {
    book: new Book(),
    customers: [createCustomer('cash', false), createCustomer('margin', true)],
    balances: new Map(),
    keys: new Set(),
    commands: [],
    transitions: [],
    events: [],
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
  };
}

export function balanceOf(world: World, account: string, unit: string): bigint {
  return world.balances.get(balanceKey(account, unit))?.amount ?? 0n;
}

function post(world: World, journal: Journal | null): void {
  if (journal === null) return;
  if (world.keys.has(journal.key)) throw new Error(`${journal.key} is booked twice`);
  world.keys.add(journal.key);
  const booking = bookJournal(world.balances, journal);
  if (!booking.booked) throw new Error(`${journal.key} breaks the floor of its account`);
  world.balances = booking.balances;
}

const openOrders = ({ state }: Customer): OrderState[] =>
  [...state.orders.values()].filter(({ status }) => !isClosed(status));

function riskInput(world: World, customer: Customer, order: RiskOrder): RiskInput {
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

function putOrders(customer: Customer, ...orders: readonly OrderState[]): void {
  const all = new Map(customer.state.orders);
  for (const order of orders) all.set(order.orderId, order);
  customer.state = { ...customer.state, orders: all };
}

/** Moves cash or shares into the root's hold, as acceptance does. */
function takeHold(
  world: World,
  customer: Customer,
  order: OrderState,
  amount: bigint,
  add: bigint,
) {
  const { owner, state } = customer;
  const unit = order.side === 'sell' && order.shortPrice === null ? SYMBOL : USD;
  post(world, holdJournal(`${order.orderId}:hold`, owner, [{ unit, amount: add }]));
  const holds = new Map(state.holds).set(order.rootId, [{ unit, remaining: amount }]);
  const availableCash = state.availableCash - (unit === USD ? add : 0n);
  customer.state = { ...state, holds, availableCash };
}

function takeHolds(
  world: World,
  customer: Customer,
  rootId: string,
  holds: readonly UnitAmount[],
): void {
  const { owner, state } = customer;
  post(world, holdJournal(`${rootId}:hold`, owner, holds));
  const remaining = holds.map(({ unit, amount }) => ({ unit, remaining: amount }));
  const cash = holds.find(({ unit }) => unit === USD)?.amount ?? 0n;
  customer.state = {
    ...state,
    holds: new Map(state.holds).set(rootId, remaining),
    availableCash: state.availableCash - cash,
  };
}

export function placeOrder(world: World, { customer: index, ...wish }: Wish): void {
  const customer = world.customers[index]!;
  const verdict = assessOrder(riskInput(world, customer, { ...wish, forced: false }));
  if (!verdict.accepted) return;
  const { protectionPrice, shortPrice, hold } = verdict;
  const orderId = `o${(world.sequence += 1)}`;
  const { accountId } = customer.owner;
  const ids = { orderId, rootId: orderId, accountId };
  const order = anOrderState({ ...wish, ...ids, protectionPrice, shortPrice });
  takeHold(world, customer, order, hold.amount, hold.amount);
  putOrders(customer, order);
  world.events.push(orderEvent('accepted', order));
  world.commands.push((reports) => {
    world.book.submit(toBookOrder(order), reports);
  });
}

function toBookOrder(order: OrderState): BookOrder {
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

export function placeBracket(world: World, { customer: index, ...wish }: BracketWish): void {
  const customer = world.customers[index]!;
  const { side, quantity, limitPrice } = wish;
  const entry = { type: 'limit', timeInForce: 'gtc', stopPrice: null, forced: false } as const;
  const input = riskInput(world, customer, { ...entry, side, quantity, limitPrice });
  const verdict = assessOrder(input);
  if (!verdict.accepted) return;
  const members = membersOf(world, customer, wish, verdict);
  const holds = assessList(input, verdict, members);
  if ('accepted' in holds) return;
  takeHolds(world, customer, members[0].orderId, holds);
  putOrders(customer, ...members);
  for (const member of members) world.events.push(orderEvent('accepted', member));
  world.commands.push((reports) => {
    world.book.submitList(members.map(toBookOrder), reports);
  });
}

function membersOf(
  world: World,
  { owner }: Customer,
  { side, quantity, limitPrice, profit, loss }: Omit<BracketWish, 'customer'>,
  { protectionPrice, shortPrice }: Pick<OrderState, 'protectionPrice' | 'shortPrice'>,
): [OrderState, ...OrderState[]] {
  const rootId = `o${(world.sequence += 1)}`;
  const common = { rootId, accountId: owner.accountId, quantity, timeInForce: 'gtc' } as const;
  const list = { ...common, orderClass: 'bracket' } as const;
  const entry = { ...list, side, listRole: 'entry', orderId: rootId } as const;
  const opposite = side === 'buy' ? 'sell' : 'buy';
  const exit = { ...list, side: opposite, status: 'held', shortPrice: null } as const;
  const up = side === 'buy' ? 1n : -1n;
  return [
    anOrderState({ ...entry, limitPrice, protectionPrice, shortPrice }),
    anOrderState({
      ...{ ...exit, orderId: `${rootId}-profit`, listRole: 'take_profit' },
      limitPrice: limitPrice + up * profit,
    }),
    anOrderState({
      ...{ ...exit, orderId: `${rootId}-loss`, listRole: 'stop_loss', type: 'stop_limit' },
      limitPrice: limitPrice - up * (loss + profit),
      stopPrice: limitPrice - up * loss,
    }),
  ];
}

const toNumber = (value: bigint | null): number | null => (value === null ? null : Number(value));

/** Asks to cancel the order and what asks to take its place; what is closed is left alone. */
export function requestCancel(world: World, customer: Customer, target: number): void {
  const open = openOrders(customer);
  const named = open[target % Math.max(open.length, 1)];
  if (named === undefined) return;
  for (const order of open.filter((one) => one === named || one.replaces === named.orderId)) {
    if (order.status === 'pending_cancel') continue;
    record(world, customer, advanceOrder(order, 'request_cancel'));
    world.commands.push((reports) => {
      world.book.cancel(order.orderId, reports);
    });
  }
}

function record(world: World, customer: Customer, advance: ReturnType<typeof advanceOrder>): void {
  putOrders(customer, advance.order);
  world.transitions.push(advance.transition);
  world.events.push(advance.event);
}

export function requestReplace(
  world: World,
  customer: Customer,
  target: number,
  terms: Pick<RiskOrder, 'quantity' | 'limitPrice'>,
): void {
  // What a list may change of itself is for the tests of its own.
  const open = openOrders(customer).filter(({ listRole }) => listRole === null);
  const old = open[target % Math.max(open.length, 1)];
  if (old === undefined) return;
  const limitPrice = old.limitPrice === null ? null : terms.limitPrice;
  const wanted = { ...old, quantity: terms.quantity, limitPrice };
  const held = customer.state.holds.get(old.rootId)?.[0]?.remaining ?? 0n;
  const input = riskInput(world, customer, { ...wanted, forced: false });
  const verdict = assessReplace(input, { ...old, held });
  if (!verdict.accepted) return;
  const { protectionPrice, shortPrice } = verdict;
  const orderId = `o${(world.sequence += 1)}`;
  const replacement = anOrderState({
    ...wanted,
    ...{ orderId, replaces: old.orderId, status: 'accepted', protectionPrice, shortPrice },
    ...{ filledQuantity: 0n, filledNotional: 0n, inheritedQuantity: 0n, inheritedNotional: 0n },
  });
  takeHold(world, customer, replacement, verdict.hold.amount, verdict.increase);
  putOrders(customer, replacement);
  record(world, customer, advanceOrder(old, 'request_replace'));
  world.commands.push((reports) => {
    const prices = { limitPrice: toNumber(limitPrice), stopPrice: null };
    const quantity = Number(replacement.quantity);
    const protection = { protectionPrice: toNumber(protectionPrice) };
    world.book.replace(old.orderId, { orderId, quantity, ...prices, ...protection }, reports);
  });
}

/** Lets the book take the commands that wait, or do something of its own, and report. */
export function runBook(world: World, step?: (reports: BookReport[]) => void): void {
  const reports: BookReport[] = [];
  for (const command of world.commands) command(reports);
  world.commands = [];
  step?.(reports);
  let trade = { number: 0, id: '' };
  for (const report of reports) {
    const owner = world.customers.find(({ state }) => state.orders.has(report.orderId))!;
    const reportId = `${SYMBOL}-${(world.sequence += 1)}`;
    // A book counts its trades anew after a crash; the taker's report names them for good.
    if (report.trade !== trade.number) trade = { number: report.trade, id: `${reportId}-trade` };
    owner.unsettled.push(toReport(report, reportId, trade.id));
  }
}

/**
 * The session dies after it has matched and before it has stored anything: what it reported is
 * gone, the commands still wait, and the next one builds its book from the rows.
 */
export function crashSession(world: World): void {
  const rows = JSON.stringify(world.book.restingOrders());
  const cursor = JSON.stringify(world.book.state());
  for (const command of world.commands) command([]);
  const state = JSON.parse(cursor) as ReturnType<Book['state']>;
  world.book = Book.restore(JSON.parse(rows) as ReturnType<Book['restingOrders']>, state);
}

function toReport(report: BookReport, reportId: string, trade: string): ExecutionReport {
  const price = BigInt(report.price);
  const quantity = BigInt(report.quantity);
  const amount = tradeAmount(price, quantity);
  const fee = tradeFee({ amount, quantity }, report.liquidity, FEES);
  const { trade: _number, leaves, ...rest } = report;
  const tradeId = report.kind === 'trade' ? trade : null;
  const numbers = { price, quantity, amount, fee, leaves: BigInt(leaves) };
  return aReport({ ...rest, ...numbers, reportId, tradeId });
}

/** Settles the oldest `count` reports of a customer in one go. */
export function settle(world: World, customer: Customer, count: number): void {
  const reports = customer.unsettled.slice(0, count);
  customer.unsettled = customer.unsettled.slice(count);
  const settlement = settleReports(customer.state, reports);
  for (const journal of settlement.journals) post(world, journal);
  customer.state = settlement.state;
  world.transitions.push(...settlement.transitions);
  world.events.push(...settlement.events);
  world.fills.push(...settlement.fills);
}
