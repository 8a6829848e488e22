import { parseCash, parsePrice, parseQuantity } from '../../domain/decimal';
import { assessOrder } from '../../domain/risk/assess';
import { buyingPower } from '../../domain/risk/buying-power';
import { aRiskInput } from './builders';

const reasonOf = (input: Parameters<typeof assessOrder>[0]) => {
  const verdict = assessOrder(input);
  return verdict.accepted ? 'accepted' : verdict.reason;
};
const MINUTE = 60_000;

describe('orders for the open and the close', () => {
  test.each([
    { time: 'opg', auctions: { kind: 'always' }, verdict: 'accepted' },
    { time: 'cls', auctions: { kind: 'always' }, verdict: 'accepted' },
    { time: 'opg', auctions: session(null), verdict: 'accepted' },
    { time: 'cls', auctions: session(null), verdict: 'accepted' },
    { time: 'opg', auctions: session(300 * MINUTE), verdict: 'too_late_for_auction' },
    { time: 'cls', auctions: session(10 * MINUTE + 1), verdict: 'accepted' },
    { time: 'cls', auctions: session(10 * MINUTE), verdict: 'too_late_for_auction' },
    { time: 'day', auctions: session(1), verdict: 'accepted' },
  ] as const)('$time with $auctions is $verdict', ({ time, auctions, verdict }) => {
    const order = { timeInForce: time };
    expect(reasonOf(aRiskInput({ order, instrument: { auctions } }))).toBe(verdict);
  });

  function session(closesInMs: number | null) {
    return { kind: 'session', closesInMs } as const;
  }
});

test('a forced order passes the limits that keep an owner from mistakes', () => {
  const limits = { maxOpenOrders: 0, maxOrderQuantity: 1n, maxNotional: 1n };
  const forced = { order: { forced: true }, limits, account: { duplicateOf: 'another' } };
  expect(reasonOf(aRiskInput(forced))).toBe('accepted');
  expect(reasonOf(aRiskInput({ ...forced, order: { forced: false } }))).not.toBe('accepted');
});

test.each([
  { name: 'cash', over: { availableCash: '70' }, power: '70' },
  { name: 'a debt', over: { availableCash: '-70' }, power: '0' },
  { name: 'twice free equity', margin: ['100', '0', '0'], power: '200' },
  { name: 'less what positions tie up', margin: ['100', '60', '0'], power: '80' },
  { name: 'less what orders hold', margin: ['100', '60', '30'], power: '50' },
  { name: 'under water', margin: ['100', '130', '0'], power: '0' },
  { name: 'as much as its credit', margin: ['100', '0', '0'], credit: '40', power: '140' },
] as { name: string; over?: object; margin?: string[]; credit?: string; power: string }[])(
  'buying power of $name is $power',
  ({ over, margin, credit = '1000', power }) => {
    const [equity = '0', initialMargin = '0', heldCash = '0'] = margin ?? [];
    const cash = (over as { availableCash?: string } | undefined)?.availableCash ?? '100';
    expect(
      buyingPower({
        multiplier: margin === undefined ? 1 : 2,
        availableCash: parseCash(cash),
        creditLimit: margin === undefined ? 0n : parseCash(credit),
        margin: margin && {
          equity: parseCash(equity),
          initialMargin: parseCash(initialMargin),
          heldCash: parseCash(heldCash),
        },
      } as Parameters<typeof buyingPower>[0]),
    ).toBe(parseCash(power));
  },
);

test('buying back a short needs cash and credit, no buying power', () => {
  const cover = (shares: string) =>
    aRiskInput({
      order: { quantity: parseQuantity(shares), limitPrice: parsePrice('30') },
      account: {
        multiplier: 2,
        availableCash: parseCash('3000'),
        creditLimit: 0n,
        margin: { equity: parseCash('0'), initialMargin: parseCash('1500') },
      },
      position: { quantity: parseQuantity('-100') },
    });
  expect(reasonOf(cover('100'))).toBe('accepted');
  expect(reasonOf(cover('101'))).toBe('insufficient_buying_power');
});
