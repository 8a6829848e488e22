/** Order lists of the miniature broker, and replaces of any order. */
import { advanceOrder } from '../../domain/order/advance';
import { orderEvent } from '../../domain/order/events';
import type { OrderState } from '../../domain/order/state';
import { USD } from '../../domain/ledger/accounts';
import { assessOrder, assessReplace } from '../../domain/risk/assess';
import { assessList } from '../../domain/risk/assess-list';
import { neededByList } from '../../domain/settlement/needed-by-list';
import { anOrderState } from './builders';
import {
  type Customer,
  enqueue,
  FEES,
  openOrders,
  putOrders,
  record,
  riskInput,
  SYMBOL,
  takeHolds,
  toBookOrder,
  toNumber,
  type World,
} from './miniature';

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

/** @param rootId - Names the request: made again, it finds its orders. */
export function placeBracket(
  world: World,
  { customer: index, ...wish }: BracketWish,
  rootId: string,
): void {
  const customer = world.customers[index]!;
  if (customer.state.orders.has(rootId)) return;
  const { side, quantity, limitPrice } = wish;
  const entry = { type: 'limit', timeInForce: 'gtc', stopPrice: null, forced: false } as const;
  const input = riskInput(world, customer, { ...entry, side, quantity, limitPrice });
  const verdict = assessOrder(input);
  if (!verdict.accepted) return;
  const members = membersOf(customer, rootId, wish, verdict);
  const holds = assessList(input, verdict, members);
  if ('accepted' in holds) return;
  takeHolds(world, customer, members[0], holds);
  putOrders(customer, ...members);
  customer.events.push(...members.map((member) => orderEvent('accepted', member)));
  enqueue(world, (reports) => world.book.submitList(members.map(toBookOrder), reports));
}

function membersOf(
  { owner }: Customer,
  rootId: string,
  { side, quantity, limitPrice, profit, loss }: Omit<BracketWish, 'customer'>,
  { protectionPrice, shortPrice }: Pick<OrderState, 'protectionPrice' | 'shortPrice'>,
): [OrderState, ...OrderState[]] {
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

/** New terms for an order; a price that its type does not have is left out. */
export interface ReplaceWish {
  readonly quantity: bigint;
  readonly limitPrice: bigint;
  /** 1e-4; moves the stop of an order that has one. */
  readonly stopMove: bigint;
}

/** @param orderId - Names the request: made again, it finds its replacement. */
export function requestReplace(
  world: World,
  customer: Customer,
  target: number,
  terms: ReplaceWish,
  orderId: string,
): void {
  if (customer.state.orders.has(orderId)) return;
  const open = openOrders(customer);
  const old = open[target % Math.max(open.length, 1)];
  if (old === undefined) return;
  const limitPrice = old.limitPrice === null ? null : terms.limitPrice;
  const stopPrice = old.stopPrice === null ? null : old.stopPrice + terms.stopMove;
  // The members of a list are of one size.
  const quantity = old.listRole === null ? terms.quantity : old.quantity;
  const wanted = { ...old, quantity, limitPrice, stopPrice };
  const input = riskInput(world, customer, { ...wanted, forced: false });
  const verdict = assessReplace(input, { ...old, held: heldBy(customer, old) });
  if (!verdict.accepted) return;
  const { protectionPrice, shortPrice } = verdict;
  const replacement = anOrderState({
    ...wanted,
    ...{ orderId, replaces: old.orderId, status: 'accepted', protectionPrice, shortPrice },
    ...{ filledQuantity: 0n, filledNotional: 0n, inheritedQuantity: 0n, inheritedNotional: 0n },
  });
  takeHolds(world, customer, replacement, [{ unit: verdict.hold.unit, amount: verdict.increase }]);
  putOrders(customer, replacement);
  record(world, customer, advanceOrder(old, 'request_replace'));
  enqueue(world, (reports) => {
    const prices = { limitPrice: toNumber(limitPrice), stopPrice: toNumber(stopPrice) };
    const protection = { protectionPrice: toNumber(protectionPrice) };
    const asked = { orderId, quantity: Number(replacement.quantity), ...prices, ...protection };
    world.book.replace(old.orderId, asked, reports);
  });
}

/** In a list the entry and its exits share the hold: only a part of it is this order's. */
function heldBy({ state }: Customer, old: OrderState): bigint {
  const unit = old.side === 'sell' && old.shortPrice === null ? SYMBOL : USD;
  const holds = state.holds.get(old.rootId) ?? [];
  const held = holds.find((hold) => hold.unit === unit)?.remaining ?? 0n;
  if (old.listRole === null) return held;
  const isEntry = (order: OrderState) => order.listRole === 'entry';
  const others = [...state.orders.values()].filter(
    (order) => order.rootId === old.rootId && isEntry(order) !== isEntry(old),
  );
  const forOthers = neededByList(unit, others, FEES);
  return held > forOthers ? held - forOthers : 0n;
}
