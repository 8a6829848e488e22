import fc from 'fast-check';
import type { Book } from '../../domain/book/book';
import type { BookOrder, BookReport, Quote, Replacement } from '../../domain/book/types';
import { anOrder } from './an-order';

/**
 * Random sequences of what a book is asked to do. Few prices, small quantities and three accounts,
 * so that orders meet.
 */
export type Command =
  | { readonly kind: 'submit'; readonly order: Omit<BookOrder, 'orderId'> }
  | { readonly kind: 'cancel' | 'expire'; readonly target: number }
  | { readonly kind: 'replace'; readonly target: number; readonly wish: Wish }
  | { readonly kind: 'quote'; readonly quote: Quote }
  | { readonly kind: 'halt' | 'unhalt' | 'closeSession' | 'openSession' };

type Wish = Omit<Replacement, 'orderId'>;

/** What the fast book and the naive one have in common. */
export interface Commanded {
  submit(order: BookOrder, reports: BookReport[]): void;
  cancel(orderId: string, reports: BookReport[]): void;
  expire(orderId: string, reports: BookReport[]): void;
  replace(orderId: string, wish: Replacement, reports: BookReport[]): void;
  quote(quote: Quote, reports: BookReport[]): void;
  halt(): void;
  unhalt(reports: BookReport[]): void;
  closeSession(reports: BookReport[]): void;
  openSession(reports: BookReport[]): void;
}

const price = fc.integer({ min: 94, max: 106 });
const quantity = fc.integer({ min: 1, max: 12 });

const TYPES = ['limit', 'limit', 'limit', 'market', 'stop', 'stop_limit', 'trailing_stop'] as const;
const order = fc
  .record({
    account: fc.constantFrom('ann', 'bob', 'cid'),
    side: fc.constantFrom('buy', 'sell'),
    type: fc.constantFrom(...TYPES),
    timeInForce: fc.constantFrom('day', 'day', 'day', 'gtc', 'gtc', 'ioc', 'fok', 'opg', 'cls'),
    waits: fc.boolean(),
    quantity,
    price,
    stopPrice: price,
    trail: fc.integer({ min: 1, max: 6 }),
    trailsByPercent: fc.boolean(),
    isProtected: fc.boolean(),
    postOnly: fc.integer({ min: 0, max: 9 }),
    selfTradePrevention: fc.constantFrom('expire_maker', 'expire_taker', 'expire_both'),
  } as const)
  .map(({ account, price: limit, ...pick }) => {
    const isLimit = pick.type === 'limit' || pick.type === 'stop_limit';
    const isStop = pick.type === 'stop' || pick.type === 'stop_limit';
    return {
      accountId: account,
      side: pick.side,
      type: pick.type,
      timeInForce: pick.timeInForce,
      quantity: pick.quantity,
      filled: 0,
      limitPrice: isLimit ? limit : null,
      stopPrice: isStop ? pick.stopPrice : null,
      ...(pick.type === 'trailing_stop' && {
        trailPrice: pick.trailsByPercent ? null : pick.trail,
        trailPercent: pick.trailsByPercent ? pick.trail * 10_000 : null,
      }),
      protectionPrice: !isLimit && pick.isProtected ? limit : null,
      postOnly: isLimit && pick.postOnly === 0,
      selfTradePrevention: pick.selfTradePrevention,
      ...(pick.waits && { waits: true }),
    };
  });

const wish = fc.record({
  quantity: fc.integer({ min: 1, max: 14 }),
  limitPrice: fc.option(price),
  stopPrice: fc.option(price, { freq: 1 }),
  protectionPrice: fc.option(price, { freq: 1 }),
  trail: fc.option(fc.integer({ min: 1, max: 20_000 })),
});

const sizes = fc.array(fc.constantFrom(3, 5, 8), { maxLength: 3 });
const quote = fc
  .record({ middle: price, spread: fc.integer({ min: 0, max: 3 }), bids: sizes, asks: sizes })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      prints: fc.boolean(),
      gap: fc.boolean(),
    }),
  )
  .map(({ shape: { middle, spread, bids, asks }, prints, gap }): Quote => ({
    bids: bids.map((size, depth) => ({ price: middle - depth, size })),
    asks: asks.map((size, depth) => ({ price: middle + spread + depth, size })),
    // With no spread the print must say so: that is the quote of a bar's path.
    print: prints || spread === 0 ? middle : null,
    gap,
  }));

const target = fc.nat({ max: 11 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: order.map((one) => ({ kind: 'submit', order: one }) as const) },
  { weight: 5, arbitrary: quote.map((one) => ({ kind: 'quote', quote: one }) as const) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), target }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const), target }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('replace' as const), target, wish }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'halt',
        'unhalt',
        'unhalt',
        'openSession',
        'openSession',
        'closeSession',
      ),
    }),
  },
);

export const commands = fc.array(command, { minLength: 1, maxLength: 60, size: 'max' });

/** Does one command, the `index`-th of its sequence, and returns what was reported. */
export function obey(book: Commanded, command: Command, index: number): BookReport[] {
  const reports: BookReport[] = [];
  switch (command.kind) {
    case 'submit':
      book.submit(anOrder({ ...command.order, orderId: `o${index}` }), reports);
      break;
    case 'cancel':
    case 'expire':
      book[command.kind](nameOf(command.target, index), reports);
      break;
    case 'replace': {
      const wished = { ...command.wish, orderId: `o${index}` };
      book.replace(nameOf(command.target, index), wished, reports);
      break;
    }
    case 'quote':
      book.quote(command.quote, reports);
      break;
    default:
      book[command.kind](reports);
  }
  return reports;
}

/** One of the orders named most lately, which most often is still open. */
function nameOf(target: number, index: number): string {
  return `o${Math.max(0, index - 1 - target)}`;
}

/** The book as it can be seen from outside, without the numbers of its places. */
export function viewOf(book: Book) {
  const { quote, lastPrint, halted, closed } = book.state();
  const level = ({ price: at, size, quoted }: (typeof quote.bids)[number]) => [at, size, quoted];
  return {
    orders: book.restingOrders().map(({ priority: _, trailPrice, trailPercent, ...row }) => ({
      ...row,
      trailPrice: trailPrice ?? null,
      trailPercent: trailPercent ?? null,
    })),
    quote: { bids: quote.bids.map(level), asks: quote.asks.map(level) },
    lastPrint,
    halted,
    closed,
  };
}
