import { oppositeOf, type BookCore } from './core';
import { boundOf, isOrderEntry, type OrderEntry, type OrderList } from './entry';
import { accepts, cancelEntry } from './trade';
import type { BookReport } from './types';

/**
 * Looks before a fill-or-kill order trades, and kills it here when it cannot fill as a whole. Own
 * orders count as absent; one that stands in front of the quantity needed stops the order, unless
 * its account has the resting side canceled.
 */
export function isFillable(core: BookCore, entry: OrderEntry, reports: BookReport[]): boolean {
  const { order } = entry;
  const bound = boundOf(order);
  const opposite = oppositeOf(core, order.side);
  let needed = entry.leaves;
  let own: OrderEntry | null = null;
  const counted: Counted = { lists: null };
  let level = opposite.best;
  for (; level !== null && needed > 0; level = opposite.worseThan(level)) {
    if (!accepts(order.side, bound, level.price)) break;
    for (let maker = level.first; maker !== null && needed > 0; maker = maker.next) {
      if (!isOrderEntry(maker)) needed -= maker.leaves;
      else if (maker.order.accountId === order.accountId) own ??= maker;
      else needed -= offeredBy(maker, counted);
    }
  }
  if (needed > 0) {
    cancelEntry(core, entry, reports, 'fok_unfilled');
    return false;
  }
  if (own === null || order.selfTradePrevention === 'expire_maker') return true;
  if (order.selfTradePrevention === 'expire_both') {
    cancelEntry(core, own, reports, 'self_trade_prevented');
  }
  cancelEntry(core, entry, reports, 'self_trade_prevented');
  return false;
}

/** Lists whose exits were met on the walk; few orders have one, so it is made when needed. */
interface Counted {
  lists: Map<OrderList, number> | null;
}

/** What an order adds to the walk: an exit that trades takes as much off the other one. */
function offeredBy({ list, leaves, order }: OrderEntry, counted: Counted): number {
  if (list === null || list.entry?.order === order) return leaves;
  counted.lists ??= new Map();
  const before = counted.lists.get(list) ?? 0;
  const offered = Math.max(0, leaves - before);
  counted.lists.set(list, before + offered);
  return offered;
}
