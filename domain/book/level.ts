import type { Entry } from './entry';
import type { PriceLevels } from './price-levels';

/** The queue at one price, oldest first. */
export interface Level {
  readonly price: number;
  /** The queues it belongs to; `null` for who waits for the symbol to open. */
  readonly queues: PriceLevels | null;
  first: Entry | null;
  last: Entry | null;
}

export function createLevel(price: number, queues: PriceLevels | null): Level {
  return { price, queues, first: null, last: null };
}

/** Puts an entry last in the queue. */
export function enqueue(level: Level, entry: Entry): void {
  entry.level = level;
  entry.previous = level.last;
  entry.next = null;
  if (level.last === null) level.first = entry;
  else level.last.next = entry;
  level.last = entry;
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
