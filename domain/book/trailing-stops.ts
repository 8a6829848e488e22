import type { Side } from '../order/order';
import { isOrderEntry, trailOf, type OrderEntry } from './entry';
import type { Level } from './level';
import { PriceLevels } from './price-levels';
import { trailingStopPrice } from './trail-price';
import type { TrailState } from './types';

/** Trailing stops that have seen the same extreme, each kind by its trail, the shortest first. */
interface TrailGroup {
  /** The priority of its first order; those of a later group are larger. */
  readonly since: number;
  extreme: number;
  readonly byPrice: PriceLevels;
  readonly byPercent: PriceLevels;
}

/**
 * The trailing stops of one side that nobody elected yet. An older order has seen all that a newer
 * one has, so groups by extreme are groups by age, and a print that goes further than several of
 * them makes them one. Per print that is a look at the newest group, not at every order.
 */
export class TrailingStops {
  private readonly side: Side;
  /** Oldest first, so the furthest extreme first. */
  private groups: TrailGroup[] = [];

  constructor(side: Side) {
    this.side = side;
  }

  get isEmpty(): boolean {
    return this.groups.length === 0;
  }

  /**
   * Lets an order trail from the last print on.
   *
   * @param priority - The order's, larger than any before.
   */
  add(entry: OrderEntry, priority: number, lastPrint: number | null): void {
    const extreme = lastPrint ?? this.unseen;
    let newest = this.groups.at(-1);
    if (newest?.extreme !== extreme || !hasOrders(newest)) {
      this.groups = this.groups.filter(hasOrders);
      newest = createGroup(priority, extreme);
      this.groups.push(newest);
    }
    join(newest, entry);
  }

  /** Puts an order back after a restart. */
  restore(entry: OrderEntry): void {
    const group = this.groups.findLast(({ since }) => since <= entry.priority);
    if (group === undefined) throw new RangeError(`no extreme is kept for ${entry.order.orderId}`);
    join(group, entry);
  }

  restoreGroups(states: readonly TrailState[]): void {
    this.groups = states.map(({ since, extreme }) => createGroup(since, extreme));
  }

  /** Takes a print in: extremes it goes beyond move to it. */
  follow(print: number): void {
    const { groups } = this;
    for (let last = groups.at(-1); last !== undefined; last = groups.at(-1)) {
      if (this.isFurther(last.extreme, print)) return;
      last.extreme = print;
      const older = groups.at(-2);
      if (older === undefined || this.isFurther(older.extreme, print)) return;
      // Without orders it would lend them its age, which a book rebuilt from its rows cannot know.
      if (!hasOrders(older)) {
        groups.splice(-2, 1);
        continue;
      }
      merge(last, older);
      groups.pop();
    }
  }

  /** The first stop that a price meets beyond `from`; undefined if there is none. */
  nextBehind(from: number): number | undefined {
    let nearest: number | undefined;
    for (const group of this.groups) {
      for (const queues of [group.byPrice, group.byPercent]) {
        const stop = this.firstStopBehind(group, queues, from);
        if (stop === undefined) continue;
        if (nearest === undefined || this.isFurther(stop, nearest)) nearest = stop;
      }
    }
    return nearest;
  }

  /** Every order that `print` elects, in no particular order, each with its stop price. */
  reached(print: number): { readonly entry: OrderEntry; readonly stopPrice: number }[] {
    const found: { entry: OrderEntry; stopPrice: number }[] = [];
    for (const group of this.groups) {
      for (const queues of [group.byPrice, group.byPercent]) {
        for (let { best: level } = queues; level !== null; level = queues.worseThan(level)) {
          const stopPrice = this.stopAt(group, level);
          if (this.side === 'buy' ? print < stopPrice : print > stopPrice) break;
          for (let entry = level.first; entry !== null; entry = entry.next) {
            if (isOrderEntry(entry)) found.push({ entry, stopPrice });
          }
        }
      }
    }
    return found;
  }

  state(): TrailState[] {
    return this.groups.filter(hasOrders).map(({ since, extreme }) => ({ since, extreme }));
  }

  /** Stands for no print at all: any print goes beyond it. */
  private get unseen(): number {
    return this.side === 'buy' ? Number.MAX_SAFE_INTEGER : 0;
  }

  /** Is `price` on the far side of `other`, seen from the stops of this side? */
  private isFurther(price: number, other: number): boolean {
    return this.side === 'buy' ? price < other : price > other;
  }

  private firstStopBehind(group: TrailGroup, queues: PriceLevels, from: number) {
    for (let { best: level } = queues; level !== null; level = queues.worseThan(level)) {
      const stop = this.stopAt(group, level);
      if (this.isFurther(from, stop)) return stop;
    }
    return undefined;
  }

  private stopAt({ extreme }: TrailGroup, { first }: Level): number {
    if (first === null || !isOrderEntry(first)) throw new Error('only orders trail');
    return trailingStopPrice(first.order, extreme);
  }
}

function createGroup(since: number, extreme: number): TrailGroup {
  const byPrice = new PriceLevels('lower');
  const byPercent = new PriceLevels('lower');
  return { since, extreme, byPrice, byPercent };
}

function hasOrders({ byPrice, byPercent }: TrailGroup): boolean {
  return byPrice.best !== null || byPercent.best !== null;
}

function join(group: TrailGroup, entry: OrderEntry): void {
  const trail = trailOf(entry.order);
  if (trail === null) throw new Error(`order ${entry.order.orderId} does not trail`);
  const queues = entry.order.trailPrice == null ? group.byPercent : group.byPrice;
  queues.add(trail, entry);
}

/** Moves the orders of a newer group behind those of an older one. */
function merge(newer: TrailGroup, older: TrailGroup): void {
  for (const queues of [newer.byPrice, newer.byPercent]) {
    for (let level = queues.best; level !== null; level = queues.best) {
      const { first } = level;
      if (first === null || !isOrderEntry(first)) throw new Error('only orders trail');
      queues.remove(first);
      join(older, first);
    }
  }
}
