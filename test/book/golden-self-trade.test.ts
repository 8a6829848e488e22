import { Book } from '../../domain/book/book';
import type { BookReport, SelfTradePrevention } from '../../domain/book/types';
import { anOrder } from './an-order';
import { caseOf, readGolden } from './golden-cases';

interface SelfTradeCase {
  readonly id: string;
  readonly makers: readonly [quantity: string, price: string][];
  readonly taker: readonly [side: string, quantity: string, price: string, mode: string];
}

const CASES = readGolden<SelfTradeCase>('self-trade-prevention');
const tenths = (text: string) => Math.round(Number(text) * 10);

/** The makers buy, then the taker of the same account sells into them. */
function meetOwnOrders({ makers, taker }: SelfTradeCase): { book: Book; reports: BookReport[] } {
  const book = new Book();
  const reports: BookReport[] = [];
  const accountId = 'one';
  makers.forEach(([quantity, price], index) => {
    const sizes = { quantity: tenths(quantity), limitPrice: tenths(price) };
    book.submit(anOrder({ orderId: `m${index}`, accountId, ...sizes }), reports);
  });
  const [, quantity, price, mode] = taker;
  const sizes = { quantity: tenths(quantity), limitPrice: tenths(price) };
  const selfTradePrevention = mode.toLowerCase() as SelfTradePrevention;
  const order = { orderId: 't', accountId, side: 'sell', selfTradePrevention, ...sizes } as const;
  book.submit(anOrder(order), reports);
  return { book, reports };
}

const outcomes = (reports: readonly BookReport[]) =>
  reports.map(({ kind, orderId, reason }) => [kind, orderId, reason]);

test('every line of the file is known here', () => {
  expect(CASES.map(({ id }) => id)).toEqual(['S01', 'S03', 'S04']);
});

test('S01 expire_maker: the resting orders are canceled and the taker rests whole', () => {
  const { book, reports } = meetOwnOrders(caseOf(CASES, 'S01'));
  expect(outcomes(reports)).toEqual([
    ['canceled', 'm0', 'self_trade_prevented'],
    ['canceled', 'm1', 'self_trade_prevented'],
    ['canceled', 'm2', 'self_trade_prevented'],
  ]);
  expect(book.restingOrders()).toMatchObject([{ orderId: 't', quantity: 30, filled: 0 }]);
});

test('S03 expire_both: both are canceled', () => {
  const { book, reports } = meetOwnOrders(caseOf(CASES, 'S03'));
  expect(outcomes(reports)).toEqual([
    ['canceled', 'm0', 'self_trade_prevented'],
    ['canceled', 't', 'self_trade_prevented'],
  ]);
  expect(book.size).toBe(0);
});

test.each([
  { makerMode: 'expire_taker', takerMode: 'expire_maker', canceled: ['m'] },
  { makerMode: 'expire_maker', takerMode: 'expire_taker', canceled: ['t'] },
  { makerMode: 'expire_maker', takerMode: 'expire_both', canceled: ['m', 't'] },
] as const)(
  'S04 the mode of the taker decides: $takerMode meets $makerMode',
  ({ makerMode, takerMode, canceled }) => {
    const book = new Book();
    const reports: BookReport[] = [];
    const own = { accountId: 'one', quantity: 10 };
    book.submit(anOrder({ ...own, orderId: 'm', selfTradePrevention: makerMode }), reports);
    const taker = { ...own, orderId: 't', side: 'sell', selfTradePrevention: takerMode } as const;
    book.submit(anOrder(taker), reports);
    expect(outcomes(reports)).toEqual(
      canceled.map((orderId) => ['canceled', orderId, 'self_trade_prevented']),
    );
  },
);
