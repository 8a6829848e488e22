import { parseCash, parsePrice, parseQuantity } from '../decimal';
import { checkOrderTerms } from './checks';
import type { OrderTerms } from './terms';

function theTerms(over: Partial<OrderTerms> = {}): OrderTerms {
  return {
    type: 'limit',
    timeInForce: 'day',
    orderClass: 'simple',
    side: 'buy',
    quantity: parseQuantity('10'),
    notional: null,
    limitPrice: parsePrice('101.25'),
    stopPrice: null,
    trailPrice: null,
    trailPpm: null,
    postOnly: false,
    extendedHours: false,
    takeProfit: null,
    stopLoss: null,
    ...over,
  };
}

const MARKET = { type: 'market', limitPrice: null } as const;
const DOLLARS = parseCash('500');
const BY_VALUE = { quantity: null, notional: DOLLARS } as const;
const TRAIL = { type: 'trailing_stop', limitPrice: null, trailPrice: parsePrice('2') } as const;
const STOP = { type: 'stop', limitPrice: null, stopPrice: parsePrice('99') } as const;
const STOP_LIMIT = { type: 'stop_limit', stopPrice: parsePrice('99') } as const;

test.each<{ name: string; over: Partial<OrderTerms> }>([
  { name: 'limit day', over: {} },
  { name: 'limit fok', over: { timeInForce: 'fok' } },
  { name: 'market ioc', over: { ...MARKET, timeInForce: 'ioc' } },
  { name: 'stop gtc', over: { ...STOP, timeInForce: 'gtc' } },
  { name: 'stop_limit day', over: STOP_LIMIT },
  { name: 'post_only limit gtc', over: { postOnly: true, timeInForce: 'gtc' } },
  { name: 'extended hours limit day', over: { extendedHours: true } },
  { name: 'a price of 1.00', over: { limitPrice: parsePrice('1') } },
  { name: 'a price of 0.9999', over: { limitPrice: parsePrice('0.9999') } },
  { name: 'trailing_stop day by price', over: TRAIL },
  { name: 'trailing_stop by per cent', over: { ...TRAIL, trailPrice: null, trailPpm: 15_000 } },
  { name: 'the highest price', over: { limitPrice: parsePrice('1000000') } },
  { name: 'the largest quantity', over: { quantity: parseQuantity('9000000') } },
])('$name is in order', ({ over }) => {
  expect(checkOrderTerms(theTerms(over), false)).toEqual([]);
});

test.each<{ over: Partial<OrderTerms>; field: string; rule: string }>([
  { over: { quantity: 0n }, field: 'qty', rule: 'quantity_positive' },
  { over: { quantity: -1n }, field: 'qty', rule: 'quantity_positive' },
  { over: { quantity: parseQuantity('9000001') }, field: 'qty', rule: 'quantity_maximum' },
  { over: { quantity: parseQuantity('1.5') }, field: 'qty', rule: 'whole_shares' },
  { over: { limitPrice: parsePrice('1.001') }, field: 'limit_price', rule: 'price_increment' },
  { over: { limitPrice: 0n }, field: 'limit_price', rule: 'price_range' },
  { over: { limitPrice: parsePrice('1000000.01') }, field: 'limit_price', rule: 'price_range' },
  {
    over: { ...STOP, stopPrice: parsePrice('99.005') },
    field: 'stop_price',
    rule: 'price_increment',
  },
  { over: { limitPrice: null }, field: 'limit_price', rule: 'limit_price_required' },
  { over: { type: 'market' }, field: 'limit_price', rule: 'limit_price_forbidden' },
  { over: { ...STOP, stopPrice: null }, field: 'stop_price', rule: 'stop_price_required' },
  { over: { stopPrice: 10_000n }, field: 'stop_price', rule: 'stop_price_forbidden' },
  { over: { ...STOP_LIMIT, limitPrice: null }, field: 'limit_price', rule: 'limit_price_required' },
  { over: { ...STOP, timeInForce: 'ioc' }, field: 'time_in_force', rule: 'time_in_force_of_type' },
  { over: { ...STOP, timeInForce: 'opg' }, field: 'time_in_force', rule: 'time_in_force_of_type' },
  { over: { ...MARKET, postOnly: true }, field: 'post_only', rule: 'post_only_rests' },
  { over: { postOnly: true, timeInForce: 'ioc' }, field: 'post_only', rule: 'post_only_rests' },
  {
    over: { ...MARKET, extendedHours: true },
    field: 'extended_hours',
    rule: 'extended_hours_limit',
  },
  {
    over: { type: 'trailing_stop', limitPrice: null },
    field: 'trail_price',
    rule: 'trail_required',
  },
  { over: { ...TRAIL, trailPpm: 10_000 }, field: 'trail_price', rule: 'trail_required' },
  { over: { ...TRAIL, trailPrice: 0n }, field: 'trail_price', rule: 'price_range' },
  {
    over: { ...TRAIL, trailPrice: null, trailPpm: 1_000_000 },
    field: 'trail_percent',
    rule: 'trail_percent_range',
  },
  { over: { trailPrice: parsePrice('1') }, field: 'trail_price', rule: 'trail_forbidden' },
  { over: { ...TRAIL, timeInForce: 'fok' }, field: 'time_in_force', rule: 'time_in_force_of_type' },
  { over: { quantity: null }, field: 'qty', rule: 'qty_or_notional' },
  { over: { ...MARKET, notional: DOLLARS }, field: 'qty', rule: 'qty_or_notional' },
  { over: { ...MARKET, ...BY_VALUE, notional: 0n }, field: 'notional', rule: 'notional_range' },
  { over: { ...MARKET, ...BY_VALUE }, field: 'notional', rule: 'notional_fractionable' },
])('$rule names $field', ({ over, field, rule }) => {
  expect(checkOrderTerms(theTerms(over), false)).toMatchObject([{ field, rule }]);
});

test.each<{ name: string; over: Partial<OrderTerms>; rule: string | null }>([
  { name: 'market day', over: { ...MARKET, ...BY_VALUE }, rule: null },
  { name: 'limit', over: BY_VALUE, rule: 'notional_market_day' },
  {
    name: 'market gtc',
    over: { ...MARKET, ...BY_VALUE, timeInForce: 'gtc' },
    rule: 'notional_market_day',
  },
])('an order by value: $name', ({ over, rule }) => {
  const objections = checkOrderTerms(theTerms(over), true);
  expect(objections.map((objection) => objection.rule)).toEqual(rule === null ? [] : [rule]);
});

test('fractions of a share go where the asset trades in them', () => {
  expect(checkOrderTerms(theTerms({ quantity: 1n }), true)).toEqual([]);
});

test('every broken rule is named at once', () => {
  const terms = theTerms({ quantity: 0n, limitPrice: parsePrice('1.001'), stopPrice: 10_000n });
  expect(checkOrderTerms(terms, false).map(({ rule }) => rule)).toEqual([
    'quantity_positive',
    'price_increment',
    'stop_price_forbidden',
  ]);
});
