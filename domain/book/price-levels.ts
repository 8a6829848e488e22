import type { Entry } from './entry';

/** The queue at one price, oldest first. */
export interface Level {
  readonly price: number;
  first: Entry | null;
  last: Entry | null;
  /** How many of its entries are orders, not the market maker's. */
  orders: number;
}

export function createLevel(price: number): Level {
  return { price, first: null, last: null, orders: 0 };
}

/** Puts an entry last in the queue. */
export function enqueue(level: Level, entry: Entry): void {
  entry.level = level;
  entry.previous = level.last;
  entry.next = null;
  if (level.last === null) level.first = entry;
  else level.last.next = entry;
  level.last = entry;
  if (entry.order !== null) level.orders += 1;
}

/** Takes an entry out of its queue, wherever it stands. */
export function dequeue(level: Level, entry: Entry): void {
  if (entry.previous === null) level.first = entry.next;
  else entry.previous.next = entry.next;
  if (entry.next === null) level.last = entry.previous;
  else entry.next.previous = entry.previous;
  entry.previous = null;
  entry.next = null;
  entry.level = null;
  if (entry.order !== null) level.orders -= 1;
}

/** Gives the place of `entry` in its queue to `successor`, which stands in no queue. */
export function takePlace(level: Level, entry: Entry, successor: Entry): void {
  successor.level = level;
  successor.previous = entry.previous;
  successor.next = entry.next;
  if (entry.previous === null) level.first = successor;
  else entry.previous.next = successor;
  if (entry.next === null) level.last = successor;
  else entry.next.previous = successor;
  entry.previous = null;
  entry.next = null;
  entry.level = null;
}

/**
 * The queues of one side by price. Sorted from worst to best, so what happens near the best price
 * moves few elements; no level is ever empty.
 */
export class PriceLevels {
  private readonly sorted: Level[] = [];
  private readonly byPrice = new Map<number, Level>();
  /** +1 when a higher price is better, -1 when a lower one is. */
  private readonly sign: 1 | -1;

  constructor(better: 'higher' | 'lower') {
    this.sign = better === 'higher' ? 1 : -1;
  }

  get best(): Level | undefined {
    return this.sorted[this.sorted.length - 1];
  }

  /** The level `rank` places behind the best, which is rank 0. */
  at(rank: number): Level | undefined {
    return this.sorted[this.sorted.length - 1 - rank];
  }

  /** The rank of the first level that is worse than `price`. */
  rankBehind(price: number): number {
    return this.sorted.length - this.countNotBetter(price - this.sign);
  }

  add(price: number, entry: Entry): void {
    let level = this.byPrice.get(price);
    if (level === undefined) {
      level = createLevel(price);
      this.byPrice.set(price, level);
      const index = this.countNotBetter(price);
      if (index === this.sorted.length) this.sorted.push(level);
      else this.sorted.splice(index, 0, level);
    }
    enqueue(level, entry);
  }

  /** @param entry - Stands in one of these queues. */
  remove(entry: Entry): void {
    const { level } = entry;
    if (level === null) throw new Error('the entry stands in no queue');
    dequeue(level, entry);
    if (level.first !== null) return;
    this.byPrice.delete(level.price);
    if (this.best === level) this.sorted.pop();
    else this.sorted.splice(this.countNotBetter(level.price) - 1, 1);
  }

  /** Levels that are worse than `price` or at it, by binary search. */
  private countNotBetter(price: number): number {
    const { sorted, sign } = this;
    const key = price * sign;
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const level = sorted[middle] as Level;
      if (level.price * sign <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
