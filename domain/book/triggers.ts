import type { BookCore } from './core';
import { firstOrder } from './entry';
import type { PriceLevels } from './price-levels';

/**
 * The first price strictly beyond `from` on the way to `to`, which is included, at which a resting
 * limit would be crossed or a stop elected; `null` when the way is free.
 */
export function nextTrigger(core: BookCore, from: number, to: number): number | null {
  if (from === to) return null;
  const isUp = to > from;
  const limit = firstOrderBehind(isUp ? core.asks : core.bids, from);
  const stop = firstOrderBehind(isUp ? core.buyStops : core.sellStops, from);
  const trail = (isUp ? core.buyTrails : core.sellTrails).nextBehind(from);
  const next = isUp
    ? Math.min(limit ?? Infinity, stop ?? Infinity, trail ?? Infinity, to + 1)
    : Math.max(limit ?? -Infinity, stop ?? -Infinity, trail ?? -Infinity, to - 1);
  return (isUp ? next <= to : next >= to) ? next : null;
}

function firstOrderBehind(queues: PriceLevels, from: number): number | undefined {
  let level = queues.bestBehind(from);
  while (level !== null && firstOrder(level) === null) level = queues.worseThan(level);
  return level?.price;
}
