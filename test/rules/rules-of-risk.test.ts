import { parseCash, parsePrice, parseQuantity } from '../../domain/decimal';
import type { RejectReason } from '../../domain/refusal';
import { assessOrder } from '../../domain/risk/assess';
import { RULES } from '../../domain/risk/rules';
import { aRiskInput } from './builders';

/** The rules of risk sentence by sentence, each at its last good value and at its first bad one. */
type Over = NonNullable<Parameters<typeof aRiskInput>[0]>;
interface Row {
  readonly name: string;
  readonly over: Over;
  readonly verdict: RejectReason | 'accepted';
}

const shares = parseQuantity;
const price = parsePrice;
const cash = parseCash;
const long = (quantity: string, available = quantity) => ({
  quantity: shares(quantity),
  availableShares: shares(available),
});
const short = (quantity: string) => ({ quantity: -shares(quantity), availableShares: 0n });
const sell = (quantity: string) => ({ side: 'sell', quantity: shares(quantity) }) as const;
const buy = (quantity: string) => ({ side: 'buy', quantity: shares(quantity) }) as const;
const MARGIN = {
  multiplier: 2,
  shortingEnabled: true,
  margin: { equity: cash('10000') },
} as const;
const REDUCING = { tradingState: 'REDUCING' } as const;

function verdictOf(over: Over): Row['verdict'] {
  const verdict = assessOrder(aRiskInput(over));
  return verdict.accepted ? 'accepted' : verdict.reason;
}

describe('the collar', () => {
  const limits = { priceCollarPpm: 100_000 };
  const stopLimit = (side: 'buy' | 'sell', stopPrice: string, limitPrice: string) => ({
    side,
    quantity: shares('1'),
    type: 'stop_limit' as const,
    stopPrice: price(stopPrice),
    limitPrice: price(limitPrice),
  });
  const limit = (side: 'buy' | 'sell', limitPrice: string) => ({
    side,
    quantity: shares('1'),
    limitPrice: price(limitPrice),
  });
  test.each<Row>([
    { name: 'a buy at its end', over: { order: limit('buy', '33') }, verdict: 'accepted' },
    { name: 'a buy beyond it', over: { order: limit('buy', '33.01') }, verdict: 'price_collar' },
    { name: 'a sell at its end', over: { order: limit('sell', '27') }, verdict: 'accepted' },
    { name: 'a sell beyond it', over: { order: limit('sell', '26.99') }, verdict: 'price_collar' },
    { name: 'a buy far below', over: { order: limit('buy', '0.0001') }, verdict: 'accepted' },
    { name: 'a sell far above', over: { order: limit('sell', '1000000') }, verdict: 'accepted' },
    {
      name: 'a stop-limit far away is measured from its stop',
      over: { order: stopLimit('buy', '40', '44') },
      verdict: 'accepted',
    },
    {
      name: 'a stop-limit too far beyond its stop',
      over: { order: stopLimit('buy', '40', '44.01') },
      verdict: 'price_collar',
    },
    {
      name: 'a sell stop-limit below the market',
      over: { order: stopLimit('sell', '20', '18') },
      verdict: 'accepted',
    },
    {
      name: 'a sell stop-limit too far below its stop',
      over: { order: stopLimit('sell', '20', '17.99') },
      verdict: 'price_collar',
    },
    {
      name: 'a stop-limit before the first price',
      over: { order: stopLimit('buy', '40', '44.01'), market: { last: null } },
      verdict: 'price_collar',
    },
  ])('$name: $verdict', ({ over, verdict }) => {
    expect(verdictOf({ ...over, limits, position: long('1') })).toBe(verdict);
  });
});

describe('short sales', () => {
  test.each<Row>([
    { name: 'of whole shares', over: { order: sell('10') }, verdict: 'accepted' },
    { name: 'of a part of one', over: { order: sell('10.5') }, verdict: 'short_not_permitted' },
    {
      name: 'a part of a share that is there',
      over: { order: sell('0.5'), position: long('0.5') },
      verdict: 'accepted',
    },
    {
      name: 'from long to short in one order',
      over: { order: sell('11'), position: long('10') },
      verdict: 'insufficient_qty',
    },
    {
      name: 'more of a short',
      over: { order: sell('10'), position: short('10') },
      verdict: 'accepted',
    },
    {
      name: 'more of a short beside a cover that works',
      over: {
        order: sell('1'),
        position: short('10'),
        working: { buyQuantity: shares('10') },
      },
      verdict: 'short_not_permitted',
    },
    {
      name: 'while all that is long is being sold',
      over: {
        order: sell('1'),
        position: long('10', '0'),
        working: { sellQuantity: shares('10') },
      },
      verdict: 'insufficient_qty',
    },
    {
      name: 'with exactly the buying power',
      over: {
        order: { ...sell('10'), limitPrice: price('31') },
        account: { ...MARGIN, margin: { equity: cash('155') } },
        market: { ask: price('30') },
      },
      verdict: 'accepted',
    },
    {
      name: 'with a unit less',
      over: {
        order: { ...sell('10'), limitPrice: price('31') },
        account: { ...MARGIN, margin: { equity: cash('154.9999') } },
        market: { ask: price('30') },
      },
      verdict: 'insufficient_buying_power',
    },
    {
      name: 'counted at 1.03 of the ask where the limit is less',
      over: {
        order: { ...sell('10'), limitPrice: price('30') },
        account: { ...MARGIN, margin: { equity: cash('154.4999') } },
        market: { ask: price('30') },
      },
      verdict: 'insufficient_buying_power',
    },
    {
      name: 'without ask and limit there is nothing to value it by',
      over: {
        order: { ...sell('10'), type: 'stop', stopPrice: price('29') },
        market: { ask: null },
      },
      verdict: 'no_reference_price',
    },
  ])('$name: $verdict', ({ over, verdict }) => {
    expect(verdictOf({ account: MARGIN, ...over })).toBe(verdict);
  });
});

describe('states of trading', () => {
  test.each<Row>([
    {
      name: 'the stricter of two decides',
      over: { account: REDUCING, globalTradingState: 'HALTED', order: sell('1') },
      verdict: 'trading_halted',
    },
    {
      name: 'a flat account has nothing to reduce',
      over: { account: REDUCING, order: buy('1') },
      verdict: 'reduce_only_mode',
    },
    {
      name: 'all of a long position',
      over: { account: REDUCING, order: sell('10'), position: long('10') },
      verdict: 'accepted',
    },
    {
      name: 'a share more than it',
      over: { account: REDUCING, order: sell('11'), position: long('10') },
      verdict: 'reduce_only_mode',
    },
    {
      name: 'all of a short position',
      over: { account: { ...MARGIN, ...REDUCING }, order: buy('10'), position: short('10') },
      verdict: 'accepted',
    },
    {
      name: 'through zero',
      over: { account: { ...MARGIN, ...REDUCING }, order: buy('11'), position: short('10') },
      verdict: 'reduce_only_mode',
    },
    {
      name: 'the rest beside a cover that works',
      over: {
        account: { ...MARGIN, ...REDUCING },
        order: buy('4'),
        position: short('10'),
        working: { buyQuantity: shares('6') },
      },
      verdict: 'accepted',
    },
    {
      name: 'more than that rest',
      over: {
        account: { ...MARGIN, ...REDUCING },
        order: buy('4.000000001'),
        position: short('10'),
        working: { buyQuantity: shares('6') },
      },
      verdict: 'reduce_only_mode',
    },
  ])('$name: $verdict', ({ over, verdict }) => {
    expect(verdictOf(over)).toBe(verdict);
  });
});

describe('limits', () => {
  test.each<Row>([
    {
      name: 'a position limit counts what works on the same side',
      over: {
        order: buy('3'),
        position: long('5'),
        working: { buyQuantity: shares('2') },
        limits: { maxPosition: shares('10') },
      },
      verdict: 'accepted',
    },
    {
      name: 'a position limit does not count on what works on the other side',
      over: {
        order: buy('4'),
        position: long('5'),
        working: { buyQuantity: shares('2'), sellQuantity: shares('5') },
        limits: { maxPosition: shares('10') },
      },
      verdict: 'position_limit',
    },
    {
      name: 'a position beyond the limit can still be closed',
      over: {
        order: sell('20'),
        position: long('20'),
        limits: { maxPosition: shares('10') },
      },
      verdict: 'accepted',
    },
    {
      name: 'a market order is worth what its protection allows',
      over: { order: { type: 'market' }, limits: { maxNotional: cash('3149.99') } },
      verdict: 'max_notional',
    },
    {
      name: 'a value of exactly the least',
      over: { order: buy('1'), limits: { minNotional: cash('30') } },
      verdict: 'accepted',
    },
    {
      name: 'a unit less than the least value',
      over: { order: buy('1'), limits: { minNotional: cash('30.0001') } },
      verdict: 'min_notional',
    },
    {
      name: 'a small rest can be closed',
      over: { order: sell('0.1'), position: long('0.1'), limits: { minNotional: cash('30') } },
      verdict: 'accepted',
    },
    {
      name: 'a loss at the limit forbids what opens',
      over: { account: { dayLoss: cash('500') }, limits: { dailyLossLimit: cash('500') } },
      verdict: 'daily_loss_limit',
    },
    {
      name: 'a loss of a unit less does not',
      over: { account: { dayLoss: cash('499.9999') }, limits: { dailyLossLimit: cash('500') } },
      verdict: 'accepted',
    },
    {
      name: 'a gain is no loss',
      over: { account: { dayLoss: -cash('500') }, limits: { dailyLossLimit: 0n } },
      verdict: 'accepted',
    },
  ])('$name: $verdict', ({ over, verdict }) => {
    expect(verdictOf(over)).toBe(verdict);
  });
});

test('of any two objections the one further up the list decides', () => {
  const broken: Over = {
    nowMs: 2,
    acceptBeforeMs: 1,
    globalTradingState: 'HALTED',
    account: {
      blocked: true,
      suspended: true,
      resetting: true,
      availableCash: 0n,
      openOrders: 1,
      duplicateOf: 'another',
      dayLoss: 1n,
    },
    instrument: { halted: true, sessionOpen: false },
    order: { timeInForce: 'fok' },
    limits: {
      maxOpenOrders: 1,
      maxOrderQuantity: 1n,
      maxNotional: 1n,
      minNotional: cash('1000000'),
      maxPosition: 1n,
      dailyLossLimit: 1n,
      priceCollarPpm: 1,
    },
    market: { last: price('20') },
  };
  // Taking one reason after the other away must show the rest in the order of the list.
  const mended: Over[] = [
    { acceptBeforeMs: null },
    { account: { blocked: false } },
    { account: { suspended: false } },
    { account: { resetting: false } },
    { globalTradingState: 'ACTIVE' },
    { instrument: { halted: false } },
    { instrument: { sessionOpen: true } },
    { account: { openOrders: 0 } },
    { account: { duplicateOf: null } },
    { limits: { maxOrderQuantity: null } },
    { limits: { priceCollarPpm: null } },
    { limits: { maxNotional: null } },
    { limits: { minNotional: null } },
    { limits: { dailyLossLimit: null } },
    { limits: { maxPosition: null } },
    { account: { availableCash: cash('3000') } },
  ];
  let input = broken;
  const seen = [verdictOf(input)];
  for (const change of mended) {
    input = merge(input, change);
    seen.push(verdictOf(input));
  }
  const reasons = RULES.map(([reason]) => reason as string);
  const places = seen.slice(0, -1).map((reason) => reasons.indexOf(reason));
  expect(seen.at(-1)).toBe('accepted');
  expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
});

function merge(input: Over, change: Over): Over {
  return {
    ...input,
    ...change,
    account: { ...input.account, ...change.account },
    instrument: { ...input.instrument, ...change.instrument },
    limits: { ...input.limits, ...change.limits },
  };
}
