import { createLevel, dequeue, enqueue, type Level } from './level';
import type { Entry } from './entry';
import { SortedLevels } from './sorted-levels';

/**
 * The queues of one side by price. The best one is at hand and each level knows the next worse, so
 * a walk costs nothing but its steps; only a price that is new or gone has to be searched. No level
 * is ever empty.
 */
export class PriceLevels {
  private readonly sorted: SortedLevels;
  private bestLevel: Level | null = null;

  constructor(better: 'higher' | 'lower') {
    this.sorted = new SortedLevels(better === 'higher' ? 1 : -1);
  }

  get best(): Level | null {
    return this.bestLevel;
  }

  /** The best level that is worse than `price`. */
  bestBehind(price: number): Level | null {
    return this.sorted.bestBehind(price);
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
    if (level.first === null) this.removeLevel(level);
  }

  /** Follows a search for the price. */
  private addLevel(price: number): Level {
    const level = createLevel(price, this);
    const worse = this.sorted.insertWhereSought(level);
    const better = worse === null ? this.sorted.secondWorst : worse.better;
    level.worse = worse;
    level.better = better;
    if (worse !== null) worse.better = level;
    if (better === null) this.bestLevel = level;
    else better.worse = level;
    return level;
  }

  private removeLevel(level: Level): void {
    this.sorted.remove(level);
    const { better, worse } = level;
    if (worse !== null) worse.better = better;
    if (better === null) this.bestLevel = worse;
    else better.worse = worse;
  }
}
