import { oppositeOf, type BookCore } from './core';
import { boundOf, isOrderEntry, type OrderEntry } from './entry';
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
  let level = opposite.best;
  for (; level !== null && needed > 0; level = opposite.worseThan(level)) {
    if (!accepts(order.side, bound, level.price)) break;
    for (let maker = level.first; maker !== null && needed > 0; maker = maker.next) {
      if (!isOrderEntry(maker) || maker.order.accountId !== order.accountId) needed -= maker.leaves;
      else own ??= maker;
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
