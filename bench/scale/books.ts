import { performance } from 'node:perf_hooks';
import { Book } from '../../domain/book/book';
import type { BookOrder, BookReport, Quote } from '../../domain/book/types';
import type { Results } from '../report';
import { percentile } from '../statistics';

const SHARE = 1_000_000_000;
const CENT = 100;
const TICKS = 2_000;

/** Far below the market, over a hundred prices. */
function restingOrder(index: number): BookOrder {
  return {
    orderId: `order-${index}`,
    accountId: `account-${index % 500}`,
    side: 'buy',
    type: 'limit',
    timeInForce: 'gtc',
    quantity: SHARE,
    filled: 0,
    limitPrice: 900_000 + (index % 100) * CENT,
    stopPrice: null,
    protectionPrice: null,
    postOnly: false,
    selfTradePrevention: 'expire_taker',
  };
}

function quoteAt(ask: number): Quote {
  const level = (price: number) => [{ price, size: 1_000_000 * SHARE }];
  return { bids: level(ask - 2 * CENT), asks: level(ask), print: ask - CENT, gap: false };
}

/** A tick that crosses nothing, one that crosses all, and a rebuild, by the size of the book. */
export function addBookSizes(results: Results, sizes: readonly number[]): void {
  for (const size of sizes) {
    const book = new Book();
    const reports: BookReport[] = [];
    for (let index = 0; index < size; index += 1) book.submit(restingOrder(index), reports);
    book.takeChanges();
    const ticksUs = Array.from({ length: TICKS }, (_, tick) => {
      const start = performance.now();
      book.quote(quoteAt(1_000_000 + (tick % 50) * CENT), reports);
      return (performance.now() - start) * 1_000;
    });
    const name = `book_${size}`;
    results.add(`${name}_tick_us`, percentile(ticksUs, 0.5));
    const resting = book.restingOrders();
    const rebuild = performance.now();
    Book.restore(resting, book.state());
    results.add(`${name}_rebuild_ms`, performance.now() - rebuild);
    const crossing = performance.now();
    book.quote(quoteAt(800_000), reports);
    results.add(`${name}_cross_all_ms`, performance.now() - crossing);
  }
}
