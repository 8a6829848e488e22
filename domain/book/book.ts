import { checkNewOrder, checkQuote } from './check';
import { close, createCore, isMatching, type BookCore } from './core';
import { settleStep } from './elect';
import { createOrderEntry, toRestingOrder } from './entry';
import { applyQuote, toLevelState } from './market-quote';
import { formList } from './order-list';
import { replaceOrder } from './replace';
import { plainReport } from './reports';
import { restoreCore } from './restore';
import { beginSession, endHalt, endSession, enterBook } from './session';
import { cancelEntry, followClose } from './trade';
import { nextTrigger } from './triggers';
import type {
  BookChanges,
  BookOrder,
  BookReport,
  BookState,
  Quote,
  QuoteState,
  Replacement,
  RestingOrder,
} from './types';

/**
 * The order book of one symbol: price, then time. Pure and deterministic: the same calls give the
 * same reports. Every call is one step; it appends what it did to `reports`, in order, and leaves
 * the book uncrossed. While the symbol is halted or closed nothing trades and no stop is elected.
 */
export class Book {
  private readonly core: BookCore;

  constructor(core: BookCore = createCore()) {
    this.core = core;
  }

  /** Rebuilds a book from what `takeChanges` and `state` said, the orders in any order. */
  static restore(resting: Iterable<RestingOrder>, state: BookState): Book {
    return new Book(restoreCore(resting, state));
  }

  /** Open orders. */
  get size(): number {
    return this.core.orders.size;
  }

  /** The newest print, of the feed or of a trade here; `null` before the first. */
  get lastPrint(): number | null {
    return this.core.lastPrint;
  }

  get isHalted(): boolean {
    return this.core.halted;
  }

  get isClosed(): boolean {
    return this.core.closed;
  }

  has(orderId: string): boolean {
    return this.core.orders.get(orderId) !== undefined;
  }

  /**
   * Takes an order: it trades, rests, waits for a print, waits for the symbol to open, or for the
   * open or close that it is meant for. After the close what cannot wait is canceled.
   *
   * @throws RangeError if the order is malformed: a caller's bug. So is an id that is in the book,
   *   which the next call that looks for an id throws for.
   */
  submit(order: BookOrder, reports: BookReport[]): void {
    checkNewOrder(order);
    enterBook(this.core, createOrderEntry(order), reports);
    settleStep(this.core, reports);
  }

  /**
   * Takes an order list: an entry and its exits, or two exits of which one cancels the other. In
   * whatever a step does to one member the others follow within the same step.
   *
   * @param orders - The entry first, if there is one; all of one list.
   * @throws RangeError as `submit`, or if they are not one list: a caller's bug.
   */
  submitList(orders: readonly BookOrder[], reports: BookReport[]): void {
    for (const order of orders) checkNewOrder(order);
    const list = formList(this.core, orders.map(createOrderEntry));
    if (list.entry === null) this.core.activated.push(list);
    else enterBook(this.core, list.entry, reports);
    settleStep(this.core, reports);
  }

  /** Cancels what is left of an order, or reports `cancel_rejected` when it is not open. */
  cancel(orderId: string, reports: BookReport[]): void {
    const entry = this.core.orders.get(orderId);
    if (entry !== undefined) cancelEntry(this.core, entry, reports, 'requested');
    else reports.push(plainReport('cancel_rejected', orderId, 0, 'order_not_open'));
    settleStep(this.core, reports);
  }

  /** Ends an order whose time is over; nothing is reported when it is not open any more. */
  expire(orderId: string, reports: BookReport[]): void {
    const entry = this.core.orders.get(orderId);
    if (entry === undefined) return;
    close(this.core, entry);
    reports.push(plainReport('expired', orderId, 0, 'requested'));
    if (entry.list !== null) followClose(this.core, entry.list, entry, reports);
    settleStep(this.core, reports);
  }

  /**
   * Replaces an order by one with a new id. Less of the same order keeps its place in the queue,
   * anything else loses it. Refused, with the old order left as it is: `order_not_open`,
   * `quantity_below_filled`, `post_only_would_take`.
   *
   * @throws RangeError if the replacement is malformed or its id is in the book: a caller's bug.
   */
  replace(orderId: string, replacement: Replacement, reports: BookReport[]): void {
    replaceOrder(this.core, orderId, replacement, reports);
  }

  /**
   * Takes the market maker's new quote and print. While nothing matches it is only kept, and the
   * newest is applied when the symbol opens.
   *
   * @throws RangeError if the quote is malformed: the feed's bug.
   */
  quote(quote: Quote, reports: BookReport[]): void {
    checkQuote(quote);
    if (!isMatching(this.core)) {
      this.core.heldQuote = { ...quote, print: quote.print ?? this.core.heldQuote?.print ?? null };
      return;
    }
    applyQuote(this.core, quote, reports);
    settleStep(this.core, reports);
  }

  /** Stops matching and elections; commands are still taken. */
  halt(): void {
    this.core.halted = true;
  }

  /** Ends a halt: the newest quote first, then the orders that waited, in order of entry. */
  unhalt(reports: BookReport[]): void {
    endHalt(this.core, reports);
  }

  /** Closes the session: cls orders trade, then all but gtc orders expire; later ones wait. */
  closeSession(reports: BookReport[]): void {
    endSession(this.core, reports);
  }

  /** Opens the session, as `unhalt` does, with the opg orders; give the day's quote before. */
  openSession(reports: BookReport[]): void {
    beginSession(this.core, reports);
  }

  /**
   * The first price strictly beyond `from` on the way to `to` (included) at which an order would
   * trade or a stop be elected; `null` when the way is free.
   */
  nextTriggerBetween(from: number, to: number): number | null {
    return nextTrigger(this.core, from, to);
  }

  /**
   * Which orders changed since the last call. Call it after each step or batch of them, and make
   * rows of them (`toRestingOrder`) before the next one: they are the book's own.
   */
  takeChanges(): BookChanges {
    return this.core.changes.take();
  }

  /** Every open order, by priority. */
  restingOrders(): RestingOrder[] {
    const orders = Array.from(this.core.orders.values(), toRestingOrder);
    return orders.sort((a, b) => a.priority - b.priority);
  }

  /** What is left of the market maker's quote. */
  quoteState(): QuoteState {
    const { makerBids, makerAsks } = this.core;
    return { bids: makerBids.map(toLevelState), asks: makerAsks.map(toLevelState) };
  }

  /** All but the orders, as plain JSON. */
  state(): BookState {
    const { heldQuote, lastPrint, halted, closed, nextPriority } = this.core;
    const trails = { buy: this.core.buyTrails.state(), sell: this.core.sellTrails.state() };
    return {
      quote: this.quoteState(),
      heldQuote,
      lastPrint,
      halted,
      closed,
      nextPriority,
      ...(trails.buy.length + trails.sell.length > 0 ? { trails } : {}),
    };
  }
}

/** The state of a book that has seen nothing. */
export const EMPTY_BOOK_STATE: BookState = {
  quote: { bids: [], asks: [] },
  heldQuote: null,
  lastPrint: null,
  halted: false,
  closed: false,
  nextPriority: 1,
};
