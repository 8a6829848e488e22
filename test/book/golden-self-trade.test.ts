import { Book } from '../../domain/book/book';
import type { BookReport, SelfTradePrevention } from '../../domain/book/types';
import { anOrder } from './an-order';
import { readGolden, unknownLines } from './golden-cases';

interface SelfTradeCase {
  readonly id: string;
  readonly makers: readonly [quantity: string, price: string][];
  readonly taker: readonly [side: string, quantity: string, price: string, mode: string];
}

const CASES = readGolden<SelfTradeCase>('self-trade-prevention');
/** One account's makers and its taker: what ends follows from the taker's mode alone. */
const MEETINGS = CASES.filter((one) => 'makers' in one && 'taker' in one);
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

for (const line of unknownLines(CASES, ['S04', ...MEETINGS.map(({ id }) => id)])) test.todo(line);

test.each(MEETINGS)('$id $taker: nothing trades, and the mode says who ends', (golden) => {
  const { book, reports } = meetOwnOrders(golden);
  const best = [...golden.makers.keys()]
    .filter((index) => Number(golden.makers[index]![1]) >= Number(golden.taker[2]))
    .sort((a, b) => Number(golden.makers[b]![1]) - Number(golden.makers[a]![1]) || a - b)
    .map((index) => `m${index}`);
  const ended = {
    EXPIRE_MAKER: best,
    EXPIRE_TAKER: ['t'],
    EXPIRE_BOTH: [...best.slice(0, 1), 't'],
  }[golden.taker[3]];
  expect(outcomes(reports)).toEqual(ended?.map((id) => ['canceled', id, 'self_trade_prevented']));
  const everyone = [...golden.makers.map((_, index) => `m${index}`), 't'];
  expect(book.restingOrders().map(({ orderId }) => orderId)).toEqual(
    everyone.filter((id) => ended?.includes(id) === false),
  );
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
