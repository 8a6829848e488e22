import { close, oppositeOf, rest, type BookCore } from './core';
import { boundOf, isOrderEntry, worksAtMarket, type Entry, type OrderEntry } from './entry';
import { isFillable } from './fill-or-kill';
import { plainReport, tradeReport } from './reports';
import { accepts, cancelEntry, execute, followTrade, printTrade } from './trade';
import type { BookReport, ReportReason } from './types';
import type { Side } from '../order/order';

/** Brings an order to the market: it trades what it can, and what is left rests or is closed. */
export function enterOrder(core: BookCore, entry: OrderEntry, reports: BookReport[]): void {
  const { order } = entry;
  if (order.postOnly && wouldTake(core, order.side, boundOf(order))) {
    close(core, entry);
    reports.push(plainReport('rejected', order.orderId, 0, 'post_only_would_take'));
    return;
  }
  if (order.timeInForce === 'fok' && !isFillable(core, entry, reports)) return;
  takeLiquidity(core, entry, reports);
  if (entry.state === 'gone') return;
  if (order.timeInForce === 'ioc' || boundOf(order) === null) {
    cancelEntry(core, entry, reports, remainderReason(entry));
    return;
  }
  rest(core, entry);
}

export function wouldTake(core: BookCore, side: Side, bound: number | null): boolean {
  const best = oppositeOf(core, side).best;
  return best !== null && accepts(side, bound, best.price);
}

function remainderReason({ order }: OrderEntry): ReportReason {
  return worksAtMarket(order) ? 'insufficient_liquidity' : 'ioc_unfilled';
}

/** Trades with the other side, best price first, oldest first; closes the taker once filled. */
function takeLiquidity(core: BookCore, taker: OrderEntry, reports: BookReport[]): void {
  const { side, accountId } = taker.order;
  const bound = boundOf(taker.order);
  const opposite = oppositeOf(core, side);
  for (let level = opposite.best; level !== null; level = opposite.best) {
    if (!accepts(side, bound, level.price)) return;
    const maker = level.first as Entry;
    if (!isOrderEntry(maker)) {
      tradeWithMarketMaker(core, taker, maker, level.price, reports);
    } else if (maker.order.accountId !== accountId) {
      tradeWithOrder(core, taker, maker, level.price, reports);
    } else {
      preventSelfTrade(core, taker, maker, reports);
    }
    if (taker.state === 'gone') return;
  }
}

function tradeWithMarketMaker(
  core: BookCore,
  taker: OrderEntry,
  maker: Entry,
  price: number,
  reports: BookReport[],
): void {
  const quantity = Math.min(taker.leaves, maker.leaves);
  const trade = printTrade(core, price);
  maker.leaves -= quantity;
  if (maker.leaves === 0) oppositeOf(core, taker.order.side).remove(maker);
  execute(core, taker, quantity);
  reports.push(tradeReport(taker, 'taker', 'market_maker', price, quantity, trade));
  if (taker.list !== null) followTrade(core, taker.list, taker, quantity, reports);
}

function tradeWithOrder(
  core: BookCore,
  taker: OrderEntry,
  maker: OrderEntry,
  levelPrice: number,
  reports: BookReport[],
): void {
  const quantity = Math.min(taker.leaves, maker.leaves);
  const price = worksAtMarket(maker.order) ? fairPrice(core, taker, levelPrice) : levelPrice;
  const trade = printTrade(core, price);
  execute(core, taker, quantity);
  execute(core, maker, quantity);
  reports.push(tradeReport(taker, 'taker', 'user', price, quantity, trade));
  reports.push(tradeReport(maker, 'maker', 'user', price, quantity, trade));
  if (taker.list !== null) followTrade(core, taker.list, taker, quantity, reports);
  if (maker.list !== null) followTrade(core, maker.list, maker, quantity, reports);
}

/**
 * What is left of a market order works up to its protection price, but that is a bound and no
 * offer: it trades at the last print, moved no further than either side allows.
 */
function fairPrice(core: BookCore, taker: OrderEntry, makerBound: number): number {
  const { side } = taker.order;
  const takerBound = boundOf(taker.order) ?? makerBound;
  const last = core.lastPrint ?? takerBound;
  const low = side === 'buy' ? makerBound : takerBound;
  const high = side === 'buy' ? takerBound : makerBound;
  return Math.min(high, Math.max(low, last));
}

/** The taker's mode decides; the walk goes on unless the taker itself is closed. */
function preventSelfTrade(
  core: BookCore,
  taker: OrderEntry,
  maker: OrderEntry,
  reports: BookReport[],
): void {
  const mode = taker.order.selfTradePrevention;
  if (mode !== 'expire_taker') cancelEntry(core, maker, reports, 'self_trade_prevented');
  if (mode !== 'expire_maker') cancelEntry(core, taker, reports, 'self_trade_prevented');
}
