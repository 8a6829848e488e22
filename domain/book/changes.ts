import { isOrderEntry, type Entry, type OrderEntry } from './entry';
import type { BookChanges } from './types';

/**
 * Keeps which orders differ from what was last taken, as a list through the entries themselves:
 * nothing is to be made or grown while the book works.
 */
export class ChangeLog {
  private newest: Entry | null = null;
  private noted = 0;

  /** Notes that an entry joined, changed or left; the market maker's are kept elsewhere. */
  note(entry: Entry): void {
    if (entry.nextChanged !== null || entry.order === null) return;
    entry.nextChanged = this.newest ?? entry;
    this.newest = entry;
    this.noted += 1;
  }

  /** What changed since the last call; an order that came and went meanwhile is in neither list. */
  take(): BookChanges {
    // Its full length at once: growing it would cost as much as all else here. Filled from its end,
    // as the list begins with the newest.
    const upserted = new Array<OrderEntry>(this.noted);
    const removed: string[] = [];
    let free = this.noted;
    let entry = this.newest;
    this.newest = null;
    this.noted = 0;
    while (entry !== null) {
      const next: Entry | null = entry.nextChanged;
      entry.nextChanged = null;
      if (isOrderEntry(entry)) {
        if (entry.state !== 'gone') {
          free -= 1;
          upserted[free] = entry;
          entry.known = true;
        } else if (entry.known) {
          removed.push(entry.order.orderId);
        }
      }
      entry = next === entry ? null : next;
    }
    if (free > 0) upserted.splice(0, free);
    return { upserted, removed: removed.reverse() };
  }
}
