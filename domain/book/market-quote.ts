import { sideOf, type BookCore, type MakerLevel } from './core';
import { createMakerEntry, firstOrder, worksAtMarket, type Entry, type OrderEntry } from './entry';
import { accepts, execute, followTrade, printTrade } from './trade';
import type { PriceLevels } from './price-levels';
import { tradeReport } from './reports';
import type { BookReport, Quote, QuoteLevel, QuoteLevelState } from './types';
import type { Side } from '../order/order';

/**
 * Puts the market maker's new quote in the place of the old one. What it newly offers trades with
 * the orders it crosses, by price, then time; the rest joins the queues behind them.
 */
export function applyQuote(core: BookCore, quote: Quote, reports: BookReport[]): void {
  const freshAsks: MakerLevel[] = [];
  const freshBids: MakerLevel[] = [];
  core.makerAsks = reconcile(core.asks, core.makerAsks, quote.asks, freshAsks);
  core.makerBids = reconcile(core.bids, core.makerBids, quote.bids, freshBids);
  for (const level of freshAsks) crossOrders(core, 'buy', level, quote.gap, reports);
  for (const level of freshBids) crossOrders(core, 'sell', level, quote.gap, reports);
  for (const level of freshAsks) joinQueue(core, core.asks, level);
  for (const level of freshBids) joinQueue(core, core.bids, level);
  if (quote.print !== null) core.prints.push(quote.print);
}

/**
 * Compares one side of the quote with what stands there. The same size again is the same offer: it
 * keeps its place and what is left of it, so repeating a quote refills nothing. Another size is a
 * new offer of all of it, which keeps the place only if it is no more than what is left there.
 */
function reconcile(
  queues: PriceLevels,
  old: readonly MakerLevel[],
  offered: readonly QuoteLevel[],
  fresh: MakerLevel[],
): MakerLevel[] {
  const kept = new Set<MakerLevel>();
  const levels = offered.map(({ price, size }) => {
    const before = old.find((level) => level.price === price);
    if (before !== undefined && (before.quoted === size || size <= before.entry.leaves)) {
      kept.add(before);
      if (before.quoted === size) return before;
      before.entry.leaves = size;
      return { price, quoted: size, entry: before.entry };
    }
    const level = { price, quoted: size, entry: createMakerEntry(size, 0) };
    fresh.push(level);
    return level;
  });
  for (const level of old) {
    if (!kept.has(level) && level.entry.level !== null) queues.remove(level.entry);
  }
  return levels;
}

/** Trades one new level of the quote with the resting orders of `side` that it crosses. */
function crossOrders(
  core: BookCore,
  side: Side,
  level: MakerLevel,
  gap: boolean,
  reports: BookReport[],
): void {
  const queues = sideOf(core, side);
  let crossed = queues.best;
  while (crossed !== null && level.entry.leaves > 0) {
    if (!accepts(side, crossed.price, level.price)) return;
    for (
      let maker = firstOrder(crossed);
      maker !== null && level.entry.leaves > 0;
      maker = firstOrder(crossed)
    ) {
      const atOffer = gap || worksAtMarket(maker.order);
      fillByQuote(core, maker, level.entry, atOffer ? level.price : crossed.price, reports);
    }
    // The level itself may be gone, after its last order traded.
    crossed = queues.worseThan(crossed);
  }
}

function fillByQuote(
  core: BookCore,
  maker: OrderEntry,
  offer: Entry,
  price: number,
  reports: BookReport[],
): void {
  const quantity = Math.min(maker.leaves, offer.leaves);
  const trade = printTrade(core, price);
  offer.leaves -= quantity;
  execute(core, maker, quantity);
  reports.push(tradeReport(maker, 'maker', 'market_maker', price, quantity, trade));
  if (maker.list !== null) followTrade(core, maker.list, maker, quantity, reports);
}

function joinQueue(core: BookCore, queues: PriceLevels, { price, entry }: MakerLevel): void {
  entry.priority = core.nextPriority;
  core.nextPriority += 1;
  if (entry.leaves > 0) queues.add(price, entry);
}

/** Takes the whole quote back without trading. */
export function withdrawQuote(core: BookCore): void {
  for (const { entry } of core.makerBids) if (entry.level !== null) core.bids.remove(entry);
  for (const { entry } of core.makerAsks) if (entry.level !== null) core.asks.remove(entry);
  core.makerBids = [];
  core.makerAsks = [];
}

export function toLevelState({ price, quoted, entry }: MakerLevel): QuoteLevelState {
  return { price, quoted, size: entry.leaves, priority: entry.priority };
}

export function fromLevelState({ price, quoted, size, priority }: QuoteLevelState): MakerLevel {
  return { price, quoted, entry: createMakerEntry(size, priority) };
}
