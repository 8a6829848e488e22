import { Book, EMPTY_BOOK_STATE } from '../../domain/book/book';
import type { BookReport } from '../../domain/book/types';
import { anOrder, aReplacement } from './an-order';
import { readGolden } from './golden-cases';

type Op =
  | '@X0'
  | ['L', id: string, side: 'B' | 'S', quantity: number, price: number, tif?: string]
  | ['M', id: string, side: 'B' | 'S', quantity: number]
  | ['C', id: string]
  | ['R', id: string, quantity: number | null, price: number | null]
  | ['STOP', id: string, side: 'B' | 'S', quantity: number, stop: number]
  | ['STPL', id: string, side: 'B' | 'S', quantity: number, stop: number, limit: number];

interface MatchingCase {
  readonly id: string;
  readonly src: string;
  readonly ops: readonly Op[];
  readonly trades: readonly [taker: string, maker: string, quantity: number, price: number][];
  readonly open: Readonly<Record<string, number>>;
  readonly closed: Readonly<Record<string, string>>;
  readonly last0?: number;
  readonly last?: number;
  readonly openNote?: string;
}

const X0: readonly Op[] = [
  ['L', '1', 'S', 100, 81600],
  ['L', '2', 'S', 50, 81599],
  ['L', '3', 'S', 25, 81599],
  ['L', '8', 'S', 28, 201000],
  ['L', '9', 'S', 32, 201000],
  ['L', '10', 'S', 10, 200954],
  ['L', '4', 'B', 40, 81593],
  ['L', '5', 'B', 20, 81590],
  ['L', '6', 'B', 1, 81590],
  ['L', '7', 'B', 20, 81200],
  ['L', '11', 'B', 12, 10000],
  ['L', '12', 'B', 1, 10000],
  ['L', '13', 'B', 2, 9136],
];

/** A replacement of `bid0` is `bid0~`: the golden cases keep the old name. */
const nameOf = (orderId: string) => orderId.replace(/~+$/, '');

function findOpenId(book: Book, name: string): string {
  return book.restingOrders().find(({ orderId }) => nameOf(orderId) === name)?.orderId ?? name;
}

function obey(book: Book, op: Exclude<Op, '@X0'>, reports: BookReport[]): void {
  const [kind, orderId] = op;
  if (kind === 'C') return book.cancel(findOpenId(book, orderId), reports);
  if (kind === 'R') {
    const openId = findOpenId(book, orderId);
    const old = book.restingOrders().find((order) => order.orderId === openId);
    const quantity = op[2] ?? old?.quantity ?? 1;
    const wish = aReplacement({ orderId: `${openId}~`, quantity, limitPrice: op[3] });
    return book.replace(openId, wish, reports);
  }
  const side = op[2] === 'B' ? 'buy' : 'sell';
  const order = { orderId, side, quantity: op[3] } as const;
  if (kind === 'M') {
    return book.submit(anOrder({ ...order, type: 'market', timeInForce: 'ioc' }), reports);
  }
  const price = op[4];
  if (kind === 'STOP') {
    return book.submit(anOrder({ ...order, type: 'stop', stopPrice: price }), reports);
  }
  if (kind === 'STPL') {
    const prices = { stopPrice: price, limitPrice: op[5] };
    return book.submit(anOrder({ ...order, type: 'stop_limit', ...prices }), reports);
  }
  const timeInForce = op[5] === 'IOC' ? 'ioc' : op[5] === 'FOK' ? 'fok' : 'day';
  const postOnly = op[5] === 'POST';
  book.submit(anOrder({ ...order, limitPrice: price, timeInForce, postOnly }), reports);
}

function tradesOf(reports: readonly BookReport[]) {
  const takers = reports.filter(({ liquidity }) => liquidity === 'taker');
  return takers.map((taker) => {
    const maker = reports.find((one) => one.trade === taker.trade && one.liquidity === 'maker');
    return [nameOf(taker.orderId), nameOf(maker?.orderId ?? ''), taker.quantity, taker.price];
  });
}

/** The last word about each order that is closed and was not replaced. */
function closedOf(reports: readonly BookReport[]): Record<string, string> {
  const closing = reports.filter(({ kind, leaves }) => leaves === 0 && kind !== 'replaced');
  return Object.fromEntries(
    closing.map(({ kind, orderId }) => [nameOf(orderId), kind === 'trade' ? 'filled' : kind]),
  );
}

const CASES = readGolden<MatchingCase>('matching');

test.each(CASES)('$id $src', ({ ops, trades, open, closed, last0, last, openNote }) => {
  const book = Book.restore([], { ...EMPTY_BOOK_STATE, lastPrint: last0 ?? null });
  const reports: BookReport[] = [];
  for (const op of ops.flatMap((one) => (one === '@X0' ? X0 : [one]))) {
    if (op !== '@X0') obey(book, op, reports);
  }
  expect(tradesOf(reports)).toEqual(trades);
  const leaves = Object.fromEntries(
    book.restingOrders().map((row) => [nameOf(row.orderId), row.quantity - row.filled]),
  );
  // Where the case says so, it lists only some of the orders that stay open.
  if (openNote === undefined) expect(leaves).toEqual(open);
  else expect(leaves).toMatchObject(open);
  expect(closedOf(reports)).toEqual(closed);
  if (last !== undefined) expect(book.lastPrint).toBe(last);
});
