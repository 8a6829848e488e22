import { createLevel, dequeue, enqueue, type Level } from './level';
import type { Entry } from './entry';
import { SortedLevels } from './sorted-levels';

/**
 * The queues of one side by price. The best one is at hand; only a price that is new or gone, or
 * the next worse one, has to be searched. Levels do not know their neighbours: far more of them
 * come and go than are ever walked over, and each link would be a write to memory long out of the
 * cache. No level is ever empty.
 */
export class PriceLevels {
  private readonly sorted: SortedLevels;

  constructor(better: 'higher' | 'lower') {
    this.sorted = new SortedLevels(better === 'higher' ? 1 : -1);
  }

  get best(): Level | null {
    return this.sorted.best;
  }

  /** The best level that is worse than `price`. */
  bestBehind(price: number): Level | null {
    return this.sorted.bestBehind(price);
  }

  /** @param level - Stands here, or did until now. */
  worseThan(level: Level): Level | null {
    return this.sorted.bestBehind(level.price);
  }

  /** Puts an entry last in the queue at `price`. */
  add(price: number, entry: Entry): void {
    enqueue(this.sorted.find(price) ?? this.addLevel(price), entry);
  }

  /** @param entry - Stands in one of these queues. */
  remove(entry: Entry): void {
    const { level } = entry;
    if (level === null) throw new Error('the entry stands in no queue');
    dequeue(level, entry);
    if (level.first === null) this.sorted.remove(level);
  }

  /** Follows a search for the price. */
  private addLevel(price: number): Level {
    const level = createLevel(price, this);
    this.sorted.insertWhereSought(level);
    return level;
  }
}
