import { isOrderEntry, toRestingOrder, type Entry } from './entry';
import type { BookChanges, RestingOrder } from './types';

/** Keeps which orders differ from the rows that were last taken. */
export class ChangeLog {
  private entries: Entry[] = [];

  /** Notes that an entry joined, changed or left; the market maker's are kept elsewhere. */
  note(entry: Entry): void {
    if (entry.changed || entry.order === null) return;
    entry.changed = true;
    this.entries.push(entry);
  }

  /** What changed since the last call; an order that came and went meanwhile is in neither list. */
  take(): BookChanges {
    const upserted: RestingOrder[] = [];
    const removed: string[] = [];
    for (const entry of this.entries) {
      entry.changed = false;
      if (!isOrderEntry(entry)) continue;
      if (entry.state !== 'gone') {
        upserted.push(toRestingOrder(entry));
        entry.known = true;
      } else if (entry.known) {
        removed.push(entry.order.orderId);
      }
    }
    this.entries = [];
    return { upserted, removed };
  }
}
