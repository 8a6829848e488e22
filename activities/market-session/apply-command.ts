import type { Book } from '../../domain/book/book';
import type { BookReport, Replacement } from '../../domain/book/types';
import type { CircuitBreaker } from '../../domain/prices/circuit-breaker';
import type { Halts } from './halts';
import type { Malformed, Owner, PendingCommand } from './market-command';
import type { PriceSource } from './price-source';

/** The part of a market that commands touch. */
export interface CommandedMarket {
  readonly book: Book;
  readonly source: PriceSource;
  readonly halts: Halts;
  /** Of every order in the book. */
  readonly owners: Map<string, Owner>;
  readonly breaker: CircuitBreaker;
  paused: boolean;
}

/**
 * Does what a command asks; appends what the book reported.
 *
 * @returns Why the command was set aside, or `null` when it was applied.
 */
export function applyCommand(
  market: CommandedMarket,
  { action, owner }: PendingCommand,
  reports: BookReport[],
): string | null {
  const { book, source, owners } = market;
  const own = (orderId: string): void => {
    if (owner !== null) owners.set(orderId, owner);
  };
  switch (action.kind) {
    case 'submit': {
      const { orders } = action;
      const [first] = orders;
      if (orders.some(({ orderId }) => owners.has(orderId))) {
        return 'the order is in the book already';
      }
      for (const { orderId } of orders) own(orderId);
      if (orders.length === 1) book.submit(first, reports);
      else book.submitList(orders, reports);
      return null;
    }
    case 'cancel':
      own(action.orderId);
      book.cancel(action.orderId, reports);
      return null;
    case 'replace':
      own(action.orderId);
      own(action.replacement.orderId);
      return replace(book, action.orderId, action.replacement, reports);
    case 'set_price':
      return source.setPrice(action.price) ? null : 'the prices of this symbol are given';
    case 'pause':
      market.paused = true;
      source.pause();
      return null;
    case 'resume':
      market.paused = false;
      source.resume();
      return null;
    case 'set_breaker':
      market.breaker.configure(action.limits);
      return null;
    case 'halt':
      market.halts.begin('operator');
      return null;
    case 'unhalt':
      // Whoever lifts a halt means the breaker's as well.
      market.breaker.release();
      market.halts.end('circuit_breaker', reports);
      market.halts.end('operator', reports);
      return null;
    case 'malformed':
      if (action.answer !== null && action.orderId !== null) {
        for (const orderId of [action.orderId, ...action.legIds]) {
          own(orderId);
          reports.push(answerMalformed(book, action.answer, orderId, action.replacementId));
        }
      }
      return action.problem;
  }
}

/** A replacement is complete only with the order it replaces, so the book refuses its shape. */
function replace(
  book: Book,
  orderId: string,
  replacement: Replacement,
  reports: BookReport[],
): string | null {
  try {
    book.replace(orderId, replacement, reports);
    return null;
  } catch (error) {
    if (!(error instanceof RangeError) || reports.length > 0) throw error;
    reports.push(answerMalformed(book, 'replace_rejected', orderId, replacement.orderId));
    return error.message;
  }
}

function answerMalformed(
  book: Book,
  answer: NonNullable<Malformed['answer']>,
  orderId: string,
  replacementId: string | null,
): BookReport {
  return {
    kind: answer,
    orderId,
    replacementId,
    price: 0,
    quantity: 0,
    leaves: leavesOf(book, orderId),
    liquidity: null,
    counterparty: null,
    trade: 0,
    reason: 'malformed_command',
  };
}

/** Slow, but only a command that nobody should have written comes here. */
function leavesOf(book: Book, orderId: string): number {
  const order = book.restingOrders().find((resting) => resting.orderId === orderId);
  return order === undefined ? 0 : order.quantity - order.filled;
}
