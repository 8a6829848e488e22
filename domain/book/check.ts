import { boundOf, trailOf } from './entry';
import {
  MAX_BOOK_PRICE,
  MAX_BOOK_QUANTITY,
  type BookOrder,
  type Quote,
  type QuoteLevel,
} from './types';

/**
 * Stops what would corrupt the book. Acceptance refuses such orders long before, so this is a
 * caller's bug and no refusal.
 *
 * @throws RangeError
 */
export function checkNewOrder(order: BookOrder): void {
  checkOrder(order);
  const isStop = order.type === 'stop' || order.type === 'stop_limit';
  if (isStop && order.stopPrice === null) fail(order.orderId, 'stopPrice', null);
  if (order.type === 'trailing_stop' && trailOf(order) === null) fail(order.orderId, 'trail', null);
}

/** As `checkNewOrder`, for an order whose stop may be elected already. */
export function checkOrder(order: BookOrder): void {
  const { orderId, type, quantity, filled } = order;
  if (!isWithin(quantity, MAX_BOOK_QUANTITY)) fail(orderId, 'quantity', quantity);
  if (filled !== 0 && !isWithin(filled, quantity - 1)) fail(orderId, 'filled', filled);
  const isLimit = type === 'limit' || type === 'stop_limit';
  if (isLimit !== (order.limitPrice !== null)) fail(orderId, 'limitPrice', order.limitPrice);
  const isStop = type === 'stop' || type === 'stop_limit';
  if (!isStop && order.stopPrice !== null) fail(orderId, 'stopPrice', order.stopPrice);
  const trail = trailOf(order);
  if (trail !== null) checkTrail(order, trail);
  checkPrice(orderId, order.stopPrice);
  checkPrice(orderId, boundOf(order));
}

function checkTrail(order: BookOrder, trail: number): void {
  const { orderId, type, trailPrice = null, trailPercent = null } = order;
  if (type !== 'trailing_stop') fail(orderId, 'trail', trail);
  if (trailPrice !== null && trailPercent !== null) fail(orderId, 'second trail', trailPercent);
  if (trailPercent !== null && trailPercent >= 1_000_000) fail(orderId, 'trail', trailPercent);
  checkPrice(orderId, trail);
}

/** @throws RangeError if a level or the print is out of range, or the levels are out of order. */
export function checkQuote(quote: Quote): void {
  checkLevels('bid', quote.bids, -1);
  checkLevels('ask', quote.asks, 1);
  checkPrice('quote', quote.print);
  const bid = quote.bids[0]?.price ?? 0;
  const ask = quote.asks[0]?.price ?? Infinity;
  if (bid > ask || (bid === ask && bid !== quote.print)) fail('quote', 'bid over ask', bid);
}

function checkLevels(name: string, levels: readonly QuoteLevel[], step: 1 | -1): void {
  let before: number | null = null;
  for (const { price, size } of levels) {
    checkPrice(name, price);
    if (!isWithin(size, MAX_BOOK_QUANTITY)) fail(name, 'size', size);
    if (before !== null && (price - before) * step <= 0) fail(name, 'level out of order', price);
    before = price;
  }
}

function checkPrice(name: string, price: number | null): void {
  if (price !== null && !isWithin(price, MAX_BOOK_PRICE)) fail(name, 'price', price);
}

function isWithin(value: number, maximum: number): boolean {
  return Number.isSafeInteger(value) && value >= 1 && value <= maximum;
}

function fail(name: string, what: string, value: number | null): never {
  throw new RangeError(`${name}: ${what} ${value} cannot be in the book`);
}
