import { parseCash, parsePrice, parseQuantity } from '../../domain/decimal';
import type { OrderState } from '../../domain/order/state';
import { assessOrder } from '../../domain/risk/assess';
import { assessList } from '../../domain/risk/assess-list';
import { anOrderState, aRiskInput } from './builders';

type Over = NonNullable<Parameters<typeof aRiskInput>[0]>;
const shares = parseQuantity;
const price = parsePrice;
const cash = parseCash;
const long = (quantity: string) => ({
  quantity: shares(quantity),
  availableShares: shares(quantity),
});
const short = (quantity: string) => ({ quantity: -shares(quantity), availableShares: 0n });
const MARGIN = {
  multiplier: 2,
  shortingEnabled: true,
  margin: { equity: cash('10000') },
} as const;
const REDUCING = { tradingState: 'REDUCING' } as const;

describe('what is held', () => {
  const fees = { makerPpm: 0, takerPpm: 1 };
  test.each([
    { name: 'a whole amount', quantity: '3', limitPrice: '0.3333', hold: '1' },
    {
      name: 'a fraction of the last unit',
      quantity: '0.333333333',
      limitPrice: '1',
      hold: '0.3335',
    },
    { name: 'the smallest order', quantity: '0.000000001', limitPrice: '0.0001', hold: '0.0002' },
    { name: 'the largest price', quantity: '1', limitPrice: '1000000', hold: '1000001' },
  ])('$name is rounded up, cost and fee', ({ quantity, limitPrice, hold }) => {
    const order = { quantity: shares(quantity), limitPrice: price(limitPrice) };
    const verdict = assessOrder(
      aRiskInput({ order, fees, account: { availableCash: cash(hold) } }),
    );
    expect(verdict).toMatchObject({ accepted: true, hold: { unit: 'USD', amount: cash(hold) } });
    const poor = aRiskInput({ order, fees, account: { availableCash: cash(hold) - 1n } });
    expect(assessOrder(poor)).toMatchObject({ reason: 'insufficient_buying_power' });
  });

  test.each([
    { type: 'stop', stopPrice: '40', protection: '42', hold: '42' },
    { type: 'market', stopPrice: null, protection: '31.5', hold: '31.5' },
    { type: 'stop', stopPrice: '1000000', protection: '1000000', hold: '1000000' },
  ] as const)('a $type order holds its protection price $protection', (row) => {
    const stopPrice = row.stopPrice === null ? null : price(row.stopPrice);
    const order = { type: row.type, stopPrice, quantity: shares('1') };
    const account = { availableCash: cash('1000000') };
    expect(assessOrder(aRiskInput({ order, account }))).toMatchObject({
      protectionPrice: price(row.protection),
      hold: { unit: 'USD', amount: cash(row.hold) },
    });
  });

  test.each([
    { name: 'a long trailing stop by price', trail: { trailPrice: '2' }, protection: '33.6' },
    { name: 'one by per cent, rounded up', trail: { trailPpm: 33_333 }, protection: '32.55' },
  ])('$name is protected from where it begins', ({ trail, protection }) => {
    const { trailPrice = null, trailPpm = null } = trail as {
      trailPrice?: string;
      trailPpm?: number;
    };
    const order = {
      type: 'trailing_stop',
      quantity: shares('1'),
      trailPrice: trailPrice === null ? null : price(trailPrice),
      trailPpm,
    } as const;
    expect(assessOrder(aRiskInput({ order }))).toMatchObject({
      protectionPrice: price(protection),
    });
  });
});

describe('an order list', () => {
  const USD_ONLY = { unit: 'USD', amount: cash('3000') } as const;
  const accepted = {
    accepted: true,
    hold: USD_ONLY,
    protectionPrice: null,
    shortPrice: null,
  } as const;
  const bracket = (side: 'buy' | 'sell'): OrderState[] => {
    const other = side === 'buy' ? 'sell' : 'buy';
    const exit = { side: other, status: 'held', orderClass: 'bracket' } as const;
    return [
      anOrderState({ side, orderClass: 'bracket', listRole: 'entry' }),
      anOrderState({ ...exit, orderId: 'tp', listRole: 'take_profit', limitPrice: price('31') }),
      anOrderState({ ...exit, orderId: 'sl', listRole: 'stop_loss', limitPrice: price('29') }),
    ];
  };
  const oco = (side: 'buy' | 'sell'): OrderState[] =>
    bracket(side === 'buy' ? 'sell' : 'buy').slice(1);
  const verdict = (members: OrderState[], over: Over): string => {
    const answer = assessList(aRiskInput(over), accepted, members);
    return 'accepted' in answer ? answer.reason : 'accepted';
  };

  test.each([
    { name: 'that opens', members: bracket('buy'), over: {}, wanted: 'accepted' },
    {
      name: 'whose exits would open again what a reducing account closes',
      members: bracket('sell'),
      over: { account: REDUCING, position: long('100') },
      wanted: 'reduce_only_mode',
    },
    {
      name: 'whose exits alone reduce',
      members: oco('sell'),
      over: { account: REDUCING, position: long('100') },
      wanted: 'accepted',
    },
    {
      name: 'of an account that has lost too much today',
      members: bracket('sell'),
      over: {
        account: { dayLoss: 1n },
        limits: { dailyLossLimit: 1n },
        position: long('100'),
      },
      wanted: 'daily_loss_limit',
    },
    {
      name: 'whose exits would sell short what its entry buys back',
      members: bracket('buy'),
      over: { account: MARGIN, position: short('100') },
      wanted: 'short_not_permitted',
    },
    {
      name: 'whose buying exits need more than there is',
      members: bracket('sell'),
      over: { position: long('100'), account: { availableCash: cash('3099.9999') } },
      wanted: 'insufficient_buying_power',
    },
    {
      name: 'whose buying exits need just what there is',
      members: bracket('sell'),
      over: { position: long('100'), account: { availableCash: cash('3100') } },
      wanted: 'accepted',
    },
  ] as { name: string; members: OrderState[]; over: Over; wanted: string }[])(
    '$name: $wanted',
    ({ members, over, wanted }) => {
      expect(verdict(members, over)).toBe(wanted);
    },
  );
});
