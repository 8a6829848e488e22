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
const exitAt = (limit: string | null, stop: string | null) => ({
  limitPrice: limit === null ? null : parsePrice(limit),
  stopPrice: stop === null ? null : parsePrice(stop),
});
/** A cent on either side of the limit of the terms above. */
const BRACKET = {
  orderClass: 'bracket',
  takeProfit: exitAt('101.26', null),
  stopLoss: exitAt(null, '101.24'),
} as const;
const SHORT_BRACKET = {
  ...BRACKET,
  side: 'sell',
  takeProfit: exitAt('101.24', null),
  stopLoss: exitAt(null, '101.26'),
} as const;
const OCO = {
  orderClass: 'oco',
  side: 'sell',
  limitPrice: parsePrice('105'),
  takeProfit: exitAt('105', null),
  stopLoss: exitAt(null, '95'),
} as const;
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

test.each<{ name: string; over: Partial<OrderTerms>; rules: string[] }>([
  { name: 'day', over: {}, rules: [] },
  { name: 'a day stop', over: STOP, rules: [] },
  { name: 'gtc', over: { timeInForce: 'gtc' }, rules: ['fraction_day'] },
  { name: 'ioc', over: { timeInForce: 'ioc' }, rules: ['fraction_day'] },
  { name: 'opg', over: { ...MARKET, timeInForce: 'opg' }, rules: ['fraction_day'] },
  { name: 'a bracket', over: BRACKET, rules: ['fraction_simple'] },
  {
    name: 'a gtc bracket',
    over: { ...BRACKET, timeInForce: 'gtc' },
    rules: ['fraction_day', 'fraction_simple'],
  },
])('a part of a share, $name: $rules', ({ over, rules }) => {
  const terms = theTerms({ quantity: parseQuantity('1.5'), ...over });
  expect(checkOrderTerms(terms, true).map(({ rule }) => rule)).toEqual(rules);
  expect(checkOrderTerms({ ...terms, quantity: parseQuantity('2') }, true)).toEqual([]);
});

test.each<{ name: string; over: Partial<OrderTerms>; field: string; rule: string }>([
  {
    name: 'a take-profit at the limit of its entry',
    over: { ...BRACKET, takeProfit: exitAt('101.25', null) },
    field: 'take_profit.limit_price',
    rule: 'exit_beyond_entry',
  },
  {
    name: 'a stop-loss at the limit of its entry',
    over: { ...BRACKET, stopLoss: exitAt(null, '101.25') },
    field: 'stop_loss.stop_price',
    rule: 'exit_beyond_entry',
  },
  {
    name: 'a take-profit of a sale at it',
    over: { ...SHORT_BRACKET, takeProfit: exitAt('101.25', null) },
    field: 'take_profit.limit_price',
    rule: 'exit_beyond_entry',
  },
  {
    name: 'a stop-loss of a sale at it',
    over: { ...SHORT_BRACKET, stopLoss: exitAt(null, '101.25') },
    field: 'stop_loss.stop_price',
    rule: 'exit_beyond_entry',
  },
  {
    name: 'a stop-loss above the stop of its entry',
    over: { ...STOP, orderClass: 'oto', stopLoss: exitAt(null, '99.01') },
    field: 'stop_loss.stop_price',
    rule: 'exit_beyond_entry',
  },
  {
    name: 'a take-profit below its stop-loss',
    over: {
      ...MARKET,
      orderClass: 'bracket',
      takeProfit: exitAt('298', null),
      stopLoss: exitAt(null, '299'),
    },
    field: 'take_profit.limit_price',
    rule: 'take_profit_beyond_stop_loss',
  },
  {
    name: 'exits at one price',
    over: { ...OCO, stopLoss: exitAt(null, '105') },
    field: 'take_profit.limit_price',
    rule: 'take_profit_beyond_stop_loss',
  },
  {
    name: 'a stop-loss without a stop',
    over: { ...BRACKET, stopLoss: exitAt('95', null) },
    field: 'stop_loss.stop_price',
    rule: 'stop_price_required',
  },
  {
    name: 'a take-profit without a limit',
    over: { ...BRACKET, takeProfit: exitAt(null, null) },
    field: 'take_profit.limit_price',
    rule: 'limit_price_required',
  },
  {
    name: 'an exit finer than the increment',
    over: { ...BRACKET, stopLoss: exitAt(null, '95.001') },
    field: 'stop_loss.stop_price',
    rule: 'price_increment',
  },
  {
    name: 'a bracket that is ioc',
    over: { ...BRACKET, timeInForce: 'ioc' },
    field: 'time_in_force',
    rule: 'list_time_in_force',
  },
  {
    name: 'a bracket that is opg',
    over: { ...BRACKET, timeInForce: 'opg' },
    field: 'time_in_force',
    rule: 'list_time_in_force',
  },
  {
    name: 'a bracket with one exit',
    over: { ...BRACKET, takeProfit: null },
    field: 'order_class',
    rule: 'exits_of_class',
  },
  {
    name: 'an oto with two',
    over: { ...BRACKET, orderClass: 'oto' },
    field: 'order_class',
    rule: 'exits_of_class',
  },
  {
    name: 'exits of a simple order',
    over: { takeProfit: exitAt('105', null) },
    field: 'order_class',
    rule: 'order_class_of_exits',
  },
  {
    name: 'an oco at the market',
    over: { ...OCO, type: 'market', limitPrice: null },
    field: 'type',
    rule: 'oco_limit',
  },
  {
    name: 'a bracket by value',
    over: { ...BRACKET, ...MARKET, ...BY_VALUE },
    field: 'notional',
    rule: 'notional_market_day',
  },
])('$name breaks $rule', ({ over, field, rule }) => {
  expect(checkOrderTerms(theTerms(over), true)).toMatchObject([{ field, rule }]);
});

test.each<{ name: string; over: Partial<OrderTerms> }>([
  { name: 'a cent beyond its entry on both sides', over: BRACKET },
  { name: 'the same of a sale', over: SHORT_BRACKET },
  { name: 'an oco around any market', over: OCO },
  { name: 'a bracket at the market', over: { ...BRACKET, ...MARKET } },
])('$name is in order', ({ over }) => {
  expect(checkOrderTerms(theTerms(over), true)).toEqual([]);
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
