import type { OrderEntry } from './entry';

/**
 * The open orders of a book, by id. Ids are put into a map only when somebody asks for one: many
 * orders trade before that, and a map's entry is the most expensive part of an order that rests.
 */
export class OrderIndex {
  private readonly byId = new Map<string, OrderEntry>();
  private open = 0;
  /**
   * Joined since an id was last asked for, as a list through the entries themselves, newest first;
   * who left meanwhile may still be among them.
   */
  private newest: OrderEntry | null = null;
  private joined = 0;

  /** Open orders. */
  get size(): number {
    return this.open;
  }

  /** @param entry - Open, and not here yet. */
  add(entry: OrderEntry): void {
    this.open += 1;
    this.joined += 1;
    entry.nextJoined = this.newest ?? entry;
    this.newest = entry;
    // Otherwise those who left would be kept for as long as nobody asks.
    if (this.joined > 2 * this.open + SLACK) this.index();
  }

  /** @throws Error if two open orders have the same id: a caller's bug. */
  get(orderId: string): OrderEntry | undefined {
    this.index();
    return this.byId.get(orderId);
  }

  /** @param entry - Is here, and leaves. */
  remove(entry: OrderEntry): void {
    this.open -= 1;
    if (entry.nextJoined === null) this.byId.delete(entry.order.orderId);
  }

  /** In no order that means anything. */
  values(): Iterable<OrderEntry> {
    this.index();
    return this.byId.values();
  }

  /** Empties the list; who left since is in neither. */
  private index(): void {
    let entry = this.newest;
    this.newest = null;
    this.joined = 0;
    while (entry !== null) {
      const next: OrderEntry | null = entry.nextJoined;
      entry.nextJoined = null;
      if (entry.state !== 'gone') this.enter(entry);
      entry = next === entry ? null : next;
    }
  }

  private enter(entry: OrderEntry): void {
    const { orderId } = entry.order;
    const before = this.byId.size;
    this.byId.set(orderId, entry);
    // No RangeError: nothing is wrong with what was asked now.
    if (this.byId.size === before) throw new Error(`order ${orderId} is open twice`);
  }
}

/** How many that left are kept at least, so that a small book is not tidied with each order. */
const SLACK = 64;
