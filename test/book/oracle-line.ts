/** What the plain book is made of, and what can be asked of it without changing it. */
import type { BookOrder, BookReport, Replacement } from '../../domain/book/types';

export type Side = 'buy' | 'sell';

export interface Line {
  /** null: the market maker. */
  order: BookOrder | null;
  side: Side;
  where: 'queue' | 'stops' | 'outside' | 'nowhere';
  price: number;
  open: number;
  place: number;
  armed: boolean;
  /** The best print a trailing stop has seen. */
  best: number | null;
}

export interface Offer {
  side: Side;
  price: number;
  shown: number;
  line: Line;
}

export const flip = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');
export const isMarketLike = (order: BookOrder) => order.limitPrice === null;
export const worstPrice = (order: BookOrder) => order.limitPrice ?? order.protectionPrice;

/** Would somebody on `side` with this worst price deal at `price`? */
export function fits(side: Side, worst: number | null, price: number): boolean {
  if (worst === null) return true;
  return side === 'buy' ? worst >= price : worst <= price;
}

/** Whole cents from a dollar up, never nearer to the market than asked. */
export function stopBehind(order: BookOrder, best: number): number {
  const part = BigInt(order.trailPercent ?? 0);
  const trail = order.trailPrice ?? Number((BigInt(best) * part + 999_999n) / 1_000_000n);
  const exact = order.side === 'sell' ? best - trail : best + trail;
  if (exact < 10_000) return exact;
  return (order.side === 'sell' ? Math.floor(exact / 100) : Math.ceil(exact / 100)) * 100;
}

/** Oldest first. */
export function inOrder(lines: readonly Line[]): Line[] {
  return [...lines].sort((a, b) => a.place - b.place);
}

/** The first price on the way from `from` to `to` at which something of `lines` happens. */
export function nextTriggerOf(lines: readonly Line[], from: number, to: number): number | null {
  const isUp = to > from;
  const met = lines
    .filter(({ order, where, side }) => {
      if (order === null) return false;
      return where === (side === (isUp ? 'buy' : 'sell') ? 'stops' : 'queue');
    })
    .map(({ price }) => price)
    .filter((price) => (isUp ? price > from && price <= to : price < from && price >= to));
  if (met.length === 0) return null;
  return isUp ? Math.min(...met) : Math.max(...met);
}

interface Parts {
  readonly lines: readonly Line[];
  readonly offers: readonly Offer[];
  readonly last: number | null;
  readonly halted: boolean;
  readonly closed: boolean;
}

/** The same picture that `viewOf` draws of the fast book. */
export function pictureOf(book: Parts) {
  const states = { queue: 'resting', stops: 'untriggered', outside: 'waiting', nowhere: 'lost' };
  const side = (name: Side) =>
    book.offers
      .filter((offer) => offer.side === name)
      .map(({ price, shown, line }) => [price, line.open, shown]);
  return {
    orders: inOrder(book.lines).flatMap(({ order, open, where, armed }) => {
      if (order === null) return [];
      const { waits, ...terms } = order;
      return {
        ...terms,
        filled: order.quantity - open,
        stopPrice: armed ? order.stopPrice : null,
        trailPrice: armed ? (order.trailPrice ?? null) : null,
        trailPercent: armed ? (order.trailPercent ?? null) : null,
        ...(waits === true && where === 'outside' && { waits }),
        state: states[where],
      };
    }),
    quote: { bids: side('buy'), asks: side('sell') },
    lastPrint: book.last,
    halted: book.halted,
    closed: book.closed,
  };
}

/** The lines that an order on `side` could deal with, in the order in which it would meet them. */
export function facing(lines: readonly Line[], side: Side, worst: number | null): Line[] {
  const sign = side === 'buy' ? 1 : -1;
  return lines
    .filter((line) => line.where === 'queue' && line.side !== side)
    .filter((line) => fits(side, worst, line.price))
    .sort((a, b) => (a.price - b.price) * sign || a.place - b.place);
}

/** A report of anything but a trade. */
export function plainSaying(
  kind: BookReport['kind'],
  orderId: string,
  leaves: number,
  reason: BookReport['reason'],
  replacementId: string | null,
): BookReport {
  return {
    kind,
    orderId,
    replacementId,
    price: 0,
    quantity: 0,
    leaves,
    liquidity: null,
    counterparty: null,
    trade: 0,
    reason,
  };
}

export function isForAuction({ order }: Line): boolean {
  return ['opg', 'cls'].includes(order?.timeInForce ?? '');
}

/** Who waits outside, in order of entry: all but those for another auction. */
export function waitingOf(lines: readonly Line[], auctions: readonly string[]): Line[] {
  return inOrder(lines).filter((line) => {
    if (line.where !== 'outside') return false;
    return !isForAuction(line) || auctions.includes(line.order?.timeInForce ?? '');
  });
}

/** The order that would take the place of another; nobody is told of its joining. */
export function replacedOrder(
  before: BookOrder,
  wish: Replacement,
  filled: number,
  armed: boolean,
): BookOrder {
  const { waits: _toldBefore, ...rest } = before;
  return {
    ...rest,
    orderId: wish.orderId,
    quantity: wish.quantity,
    filled,
    limitPrice: before.limitPrice && (wish.limitPrice ?? before.limitPrice),
    stopPrice: armed ? before.stopPrice && (wish.stopPrice ?? before.stopPrice) : null,
    ...(before.type === 'trailing_stop' && {
      trailPrice: armed ? before.trailPrice && (wish.trail ?? before.trailPrice) : null,
      trailPercent: armed ? before.trailPercent && (wish.trail ?? before.trailPercent) : null,
    }),
    protectionPrice: before.protectionPrice && (wish.protectionPrice ?? before.protectionPrice),
  };
}
