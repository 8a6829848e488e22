import { parseCash, parsePrice, parseQuantity } from '../../domain/decimal';
import { assessOrder, assessReplace, type ReplacedOrder } from '../../domain/risk/assess';
import { buyingPower } from '../../domain/risk/buying-power';
import type { RiskInput } from '../../domain/risk/input';
import { aRiskInput } from './builders';

const shares = parseQuantity;
const LONG_10 = { quantity: shares('10'), availableShares: shares('10') };
const SELL_10 = { side: 'sell', quantity: shares('10') } as const;
const MARGIN = {
  multiplier: 2,
  shortingEnabled: true,
  margin: { equity: parseCash('10000') },
} as const;

const verdictOf = (input: RiskInput) => {
  const verdict = assessOrder(input);
  return verdict.accepted ? 'accepted' : verdict.reason;
};

test('an order that nothing speaks against holds its cost', () => {
  expect(assessOrder(aRiskInput())).toEqual({
    accepted: true,
    hold: { unit: 'USD', amount: parseCash('3000') },
    protectionPrice: null,
    shortPrice: null,
  });
});

test.each<{ name: string; over: Parameters<typeof aRiskInput>[0]; verdict: string }>([
  { name: 'at its deadline', over: { acceptBeforeMs: 1_000 }, verdict: 'accepted' },
  { name: 'after its deadline', over: { acceptBeforeMs: 999 }, verdict: 'stale_order' },
  { name: 'blocked', over: { account: { blocked: true } }, verdict: 'account_blocked' },
  { name: 'suspended', over: { account: { suspended: true } }, verdict: 'trade_suspended' },
  {
    name: 'suspended and forced',
    over: { account: { suspended: true }, order: { forced: true } },
    verdict: 'accepted',
  },
  { name: 'resetting', over: { account: { resetting: true } }, verdict: 'account_resetting' },
  { name: 'day in a halt', over: { instrument: { halted: true } }, verdict: 'accepted' },
  {
    name: 'ioc in a halt',
    over: { order: { timeInForce: 'ioc' }, instrument: { halted: true } },
    verdict: 'accepted',
  },
  {
    name: 'fok in a halt',
    over: { order: { timeInForce: 'fok' }, instrument: { halted: true } },
    verdict: 'symbol_halted',
  },
  {
    name: 'day while closed',
    over: { instrument: { sessionOpen: false } },
    verdict: 'accepted',
  },
  {
    name: 'ioc while closed',
    over: { order: { timeInForce: 'ioc' }, instrument: { sessionOpen: false } },
    verdict: 'market_closed',
  },
  {
    name: 'the last open order',
    over: { account: { openOrders: 4 }, limits: { maxOpenOrders: 5 } },
    verdict: 'accepted',
  },
  {
    name: 'one open order too many',
    over: { account: { openOrders: 5 }, limits: { maxOpenOrders: 5 } },
    verdict: 'too_many_open_orders',
  },
  {
    name: 'a repetition',
    over: { account: { duplicateOf: 'o0' } },
    verdict: 'duplicate_order_suspected',
  },
  {
    name: 'the largest order',
    over: { limits: { maxOrderQuantity: shares('100') } },
    verdict: 'accepted',
  },
  {
    name: 'more than the largest order',
    over: { limits: { maxOrderQuantity: shares('99') } },
    verdict: 'max_order_qty',
  },
  {
    name: 'a market order before the first price',
    over: { order: { type: 'market' }, market: { last: null } },
    verdict: 'no_reference_price',
  },
  {
    name: 'a stop order before the first price',
    over: { order: { type: 'stop', stopPrice: parsePrice('31') }, market: { last: null } },
    verdict: 'accepted',
  },
  {
    name: 'a limit order before the first price',
    over: { market: { last: null, ask: null }, limits: { priceCollarPpm: 1 } },
    verdict: 'accepted',
  },
  {
    name: 'a limit as far beyond a stop that waits as the collar lets it',
    over: {
      order: { type: 'stop_limit', stopPrice: parsePrice('60'), limitPrice: parsePrice('66') },
      limits: { priceCollarPpm: 100_000 },
    },
    verdict: 'accepted',
  },
  {
    name: 'a limit farther beyond its stop',
    over: {
      order: { type: 'stop_limit', stopPrice: parsePrice('60'), limitPrice: parsePrice('66.01') },
      limits: { priceCollarPpm: 100_000 },
    },
    verdict: 'price_collar',
  },
  {
    name: 'a limit beyond the market behind a stop that is there already',
    over: {
      order: { type: 'stop_limit', stopPrice: parsePrice('20'), limitPrice: parsePrice('60') },
      limits: { priceCollarPpm: 100_000 },
    },
    verdict: 'price_collar',
  },
  {
    name: 'exactly the largest value',
    over: { limits: { maxNotional: parseCash('3000') } },
    verdict: 'accepted',
  },
  {
    name: 'more than the largest value',
    over: { limits: { maxNotional: parseCash('2999.99') } },
    verdict: 'max_notional',
  },
  {
    name: 'a loss below the limit',
    over: { account: { dayLoss: 99n }, limits: { dailyLossLimit: 100n } },
    verdict: 'accepted',
  },
  {
    name: 'a loss at the limit',
    over: { account: { dayLoss: 100n }, limits: { dailyLossLimit: 100n } },
    verdict: 'daily_loss_limit',
  },
  {
    name: 'a loss at the limit, closing',
    over: {
      order: SELL_10,
      position: LONG_10,
      account: { dayLoss: 100n },
      limits: { dailyLossLimit: 100n },
    },
    verdict: 'accepted',
  },
  {
    name: 'two closes that overshoot',
    over: {
      order: { side: 'sell', quantity: shares('6') },
      position: { quantity: shares('10'), availableShares: shares('5') },
      working: { sellQuantity: shares('5') },
      account: { tradingState: 'REDUCING' },
    },
    verdict: 'reduce_only_mode',
  },
  {
    name: 'a cover while reducing',
    over: {
      order: { quantity: shares('10') },
      position: { quantity: shares('-10') },
      account: { tradingState: 'REDUCING' },
    },
    verdict: 'accepted',
  },
  {
    name: 'the worst case of a short',
    over: {
      order: SELL_10,
      position: { quantity: shares('-5') },
      working: { sellQuantity: shares('6') },
      account: MARGIN,
      limits: { maxPosition: shares('20') },
    },
    verdict: 'position_limit',
  },
  {
    name: 'more shares than there are',
    over: { order: { side: 'sell', quantity: shares('11') }, position: LONG_10 },
    verdict: 'insufficient_qty',
  },
  {
    name: 'shares that another order holds',
    over: {
      order: { side: 'sell', quantity: shares('6') },
      position: { quantity: shares('10'), availableShares: shares('5') },
      working: { sellQuantity: shares('5') },
    },
    verdict: 'insufficient_qty',
  },
  {
    name: 'shares that something else holds',
    over: {
      order: { side: 'sell', quantity: shares('6') },
      position: { quantity: shares('10'), availableShares: shares('5') },
    },
    verdict: 'insufficient_qty',
  },
  { name: 'a short of a cash account', over: { order: SELL_10 }, verdict: 'short_not_permitted' },
  {
    name: 'a short without permission',
    over: { order: SELL_10, account: { ...MARGIN, shortingEnabled: false } },
    verdict: 'short_not_permitted',
  },
  {
    name: 'a short of what cannot be borrowed',
    over: { order: SELL_10, account: MARGIN, instrument: { shortable: false } },
    verdict: 'short_not_permitted',
  },
  {
    name: 'a short beside a working buy',
    over: { order: SELL_10, account: MARGIN, working: { buyQuantity: 1n } },
    verdict: 'short_not_permitted',
  },
  { name: 'a permitted short', over: { order: SELL_10, account: MARGIN }, verdict: 'accepted' },
  {
    name: 'all the cash there is',
    over: { account: { availableCash: parseCash('3000') } },
    verdict: 'accepted',
  },
  {
    name: 'more than the cash there is',
    over: { account: { availableCash: parseCash('2999.9999') } },
    verdict: 'insufficient_buying_power',
  },
  {
    name: 'a forced reduction without cash',
    over: { order: { forced: true }, account: { availableCash: 0n } },
    verdict: 'accepted',
  },
])('$name is $verdict', ({ over, verdict }) => {
  expect(verdictOf(aRiskInput(over))).toBe(verdict);
});

test('of two objections the earlier rule decides', () => {
  const input = aRiskInput({
    account: { blocked: true, availableCash: 0n },
    limits: { maxNotional: 1n },
  });
  expect(verdictOf(input)).toBe('account_blocked');
});

test('a market order holds its protected cost and says the price', () => {
  const input = aRiskInput({ order: { type: 'market' }, limits: { priceCollarPpm: 100_000 } });
  expect(assessOrder(input)).toMatchObject({
    hold: { unit: 'USD', amount: parseCash('3300') },
    protectionPrice: parsePrice('33'),
  });
});

describe('buying power', () => {
  const figures = { equity: 10_000n, initialMargin: 4_000n, heldCash: 1_000n };
  const account = (over: Parameters<typeof aRiskInput>[0]) => aRiskInput(over).account;

  test.each([
    { name: 'of a cash account is its cash', over: { availableCash: 70n }, power: 70n },
    { name: 'is never below zero', over: { availableCash: -70n }, power: 0n },
    {
      name: 'of a margin account is twice its free equity, less what is held',
      over: { multiplier: 2, margin: figures } as const,
      power: 11_000n,
    },
    {
      name: 'is nothing when positions tie up all equity',
      over: { multiplier: 2, margin: { ...figures, initialMargin: 10_001n } } as const,
      power: 0n,
    },
  ])('$name', ({ over, power }) => {
    expect(buyingPower(account({ account: over }))).toBe(power);
  });
});

describe('a replace', () => {
  const old: ReplacedOrder = {
    status: 'partially_filled',
    side: 'buy',
    quantity: shares('100'),
    filledQuantity: shares('40'),
    stopPrice: null,
    protectionPrice: null,
    shortPrice: null,
    held: parseCash('1800'),
  };
  const replaceWith = (
    quantity: string,
    over: Parameters<typeof aRiskInput>[0] = {},
    changed: Partial<ReplacedOrder> = {},
  ) => {
    const input = aRiskInput({
      working: { buyQuantity: shares('60') },
      position: { quantity: shares('40'), availableShares: shares('40') },
      ...over,
      order: { quantity: shares(quantity), ...over.order },
    });
    const verdict = assessReplace(input, { ...old, ...changed });
    return verdict.accepted ? verdict.increase : verdict.reason;
  };

  test.each([
    { quantity: '100', increase: '0' },
    { quantity: '120', increase: '600' },
    { quantity: '60', increase: '0' },
    { quantity: '40', increase: '0' },
  ])('to $quantity needs $increase more', ({ quantity, increase }) => {
    expect(replaceWith(quantity)).toBe(parseCash(increase));
  });

  test('below what is executed is refused', () => {
    expect(replaceWith('39')).toBe('quantity_below_filled');
  });

  test('needs the cash for the difference alone', () => {
    expect(replaceWith('120', { account: { availableCash: parseCash('600') } })).toBe(
      parseCash('600'),
    );
    expect(replaceWith('120', { account: { availableCash: parseCash('599.9999') } })).toBe(
      'insufficient_buying_power',
    );
  });

  test('counts its own open part once', () => {
    const limits = { maxPosition: shares('120'), maxOpenOrders: 0 };
    expect(replaceWith('120', { limits })).toBe(parseCash('600'));
    expect(replaceWith('121', { limits })).toBe('position_limit');
  });

  test('for less is taken while only reductions are', () => {
    const reducing = { account: { tradingState: 'REDUCING' } } as const;
    expect(replaceWith('99', reducing)).toBe(0n);
    expect(replaceWith('101', reducing)).toBe('reduce_only_mode');
  });

  test('of a sell needs the shares for the difference alone', () => {
    const sell = { side: 'sell' as const, held: shares('60') };
    const over = (availableShares: string) => ({
      order: { side: 'sell' as const },
      working: { sellQuantity: shares('60') },
      position: { quantity: shares('70'), availableShares: shares(availableShares) },
    });
    expect(replaceWith('110', over('10'), sell)).toBe(shares('10'));
    expect(replaceWith('111', over('10'), sell)).toBe('insufficient_qty');
  });

  test('that leaves the stop alone keeps the protection price', () => {
    const input = aRiskInput({
      order: { type: 'market', quantity: shares('90') },
      market: { last: parsePrice('50') },
    });
    const verdict = assessReplace(input, { ...old, protectionPrice: parsePrice('33') });
    expect(verdict).toMatchObject({ accepted: true, protectionPrice: parsePrice('33') });
  });

  test('that moves the stop moves the protection price with it', () => {
    const input = aRiskInput({
      order: { type: 'stop', quantity: shares('90'), stopPrice: parsePrice('40') },
      limits: { priceCollarPpm: 100_000 },
    });
    const stop = { stopPrice: parsePrice('30'), protectionPrice: parsePrice('33') };
    const verdict = assessReplace(input, { ...old, ...stop });
    expect(verdict).toMatchObject({ accepted: true, protectionPrice: parsePrice('44') });
  });

  test('of a short sale stays one, though the position was bought back meanwhile', () => {
    const input = aRiskInput({
      order: { side: 'sell', quantity: shares('50'), limitPrice: parsePrice('32') },
      account: MARGIN,
      position: { quantity: shares('5'), availableShares: shares('5') },
    });
    const short = { side: 'sell', shortPrice: parsePrice('31'), filledQuantity: 0n } as const;
    expect(assessReplace(input, { ...old, ...short })).toMatchObject({
      hold: { unit: 'USD', amount: parseCash('1800') },
      shortPrice: parsePrice('32'),
    });
  });

  test.each([
    'accepted',
    'held',
    'pending_cancel',
    'pending_replace',
    'filled',
    'canceled',
  ] as const)('of an order that is %s is refused', (status) => {
    expect(replaceWith('100', {}, { status })).toBe('order_not_replaceable');
  });
});
