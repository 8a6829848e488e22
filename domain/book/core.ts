import { ChangeLog } from './changes';
import { boundOf, type Entry, type OrderEntry, type OrderList } from './entry';
import { createLevel, dequeue, enqueue, type Level } from './level';
import { OrderIndex } from './order-index';
import { PriceLevels } from './price-levels';
import { TrailingStops } from './trailing-stops';
import type { Quote, RestingState } from './types';
import type { Side } from '../order/order';

/** One level of the market maker's quote; its entry stands in a queue while anything is left. */
export interface MakerLevel {
  readonly price: number;
  readonly quoted: number;
  readonly entry: Entry;
}

/** All that a book remembers; the steps beside this file work on it. */
export interface BookCore {
  readonly bids: PriceLevels;
  readonly asks: PriceLevels;
  /** Stops nobody elected yet, by stop price: the next one met on the way is the best. */
  readonly buyStops: PriceLevels;
  readonly sellStops: PriceLevels;
  readonly buyTrails: TrailingStops;
  readonly sellTrails: TrailingStops;
  readonly waiting: Level;
  /** Every open order. */
  readonly orders: OrderIndex;
  readonly changes: ChangeLog;
  makerBids: MakerLevel[];
  makerAsks: MakerLevel[];
  heldQuote: Quote | null;
  lastPrint: number | null;
  /** Prints of this step that elected nothing yet, oldest first. */
  readonly prints: number[];
  /** Lists of this step whose exits are to live now, oldest first. */
  readonly activated: OrderList[];
  halted: boolean;
  closed: boolean;
  nextPriority: number;
  lastTrade: number;
}

export function createCore(): BookCore {
  return {
    bids: new PriceLevels('higher'),
    asks: new PriceLevels('lower'),
    buyStops: new PriceLevels('lower'),
    sellStops: new PriceLevels('higher'),
    buyTrails: new TrailingStops('buy'),
    sellTrails: new TrailingStops('sell'),
    waiting: createLevel(0, null),
    orders: new OrderIndex(),
    changes: new ChangeLog(),
    makerBids: [],
    makerAsks: [],
    heldQuote: null,
    lastPrint: null,
    prints: [],
    activated: [],
    halted: false,
    closed: false,
    nextPriority: 1,
    lastTrade: 0,
  };
}

export function isMatching(core: BookCore): boolean {
  return !core.halted && !core.closed;
}

export function sideOf(core: BookCore, side: Side): PriceLevels {
  return side === 'buy' ? core.bids : core.asks;
}

export function oppositeOf(core: BookCore, side: Side): PriceLevels {
  return side === 'buy' ? core.asks : core.bids;
}

export function stopsOf(core: BookCore, side: Side): PriceLevels {
  return side === 'buy' ? core.buyStops : core.sellStops;
}

export function trailsOf(core: BookCore, side: Side): TrailingStops {
  return side === 'buy' ? core.buyTrails : core.sellTrails;
}

/** Puts an order behind all others at its price. */
export function rest(core: BookCore, entry: OrderEntry): void {
  const price = boundOf(entry.order);
  if (price === null) throw new Error(`order ${entry.order.orderId} has no price to rest at`);
  sideOf(core, entry.order.side).add(price, entry);
  settleIn(core, entry, 'resting');
}

/** Lets a stop wait for the print that elects it. */
export function arm(core: BookCore, entry: OrderEntry, stopPrice: number): void {
  stopsOf(core, entry.order.side).add(stopPrice, entry);
  settleIn(core, entry, 'untriggered');
}

/** Lets a trailing stop follow the prints from here on. */
export function trail(core: BookCore, entry: OrderEntry): void {
  trailsOf(core, entry.order.side).add(entry, core.nextPriority, core.lastPrint);
  settleIn(core, entry, 'untriggered');
}

/** Lets an order wait until the symbol trades again. */
export function hold(core: BookCore, entry: OrderEntry): void {
  enqueue(core.waiting, entry);
  settleIn(core, entry, 'waiting');
}

/** Keeps an exit until its entry closes. */
export function holdExit(core: BookCore, entry: OrderEntry): void {
  settleIn(core, entry, 'held');
}

function settleIn(core: BookCore, entry: OrderEntry, state: RestingState) {
  // Without a priority it is new here; one that waited only gets a later place.
  if (entry.priority === 0) core.orders.add(entry);
  entry.state = state;
  entry.priority = core.nextPriority;
  core.nextPriority += 1;
  core.changes.note(entry);
}

/** Takes an order out of whatever queue it stands in; it stays open. */
export function withdraw(entry: OrderEntry): void {
  const { level } = entry;
  if (level === null) return;
  if (level.queues === null) dequeue(level, entry);
  else level.queues.remove(entry);
  entry.state = 'entering';
}

/** Closes an order: it leaves its queue and the book forgets it. */
export function close(core: BookCore, entry: OrderEntry): void {
  if (entry.state === 'gone') return;
  withdraw(entry);
  entry.state = 'gone';
  // An order that never rested is in no list, so nothing is to be taken back.
  if (entry.priority === 0) return;
  core.orders.remove(entry);
  core.changes.note(entry);
}
