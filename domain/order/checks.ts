import { MAX_BOOK_QUANTITY } from '../book/types';
import { formatCash, formatQuantity, powerOfTen, QUANTITY_SCALE } from '../decimal';
import { checkOrderList } from './list-checks';
import type { OrderType, TimeInForce } from './order';
import { checkPrice } from './price-check';
import { type Objection, type OrderTerms, unsupported } from './terms';

interface TypeTerms {
  readonly limitPrice: boolean;
  readonly stopPrice: boolean;
  readonly timesInForce: readonly TimeInForce[];
}

const RESTING: readonly TimeInForce[] = ['day', 'gtc'];
const ANY: readonly TimeInForce[] = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'];

/** Which terms go with which type. */
const TERMS_BY_TYPE: Readonly<Record<OrderType, TypeTerms>> = {
  market: { limitPrice: false, stopPrice: false, timesInForce: ANY },
  limit: { limitPrice: true, stopPrice: false, timesInForce: ANY },
  stop: { limitPrice: false, stopPrice: true, timesInForce: RESTING },
  stop_limit: { limitPrice: true, stopPrice: true, timesInForce: RESTING },
  trailing_stop: { limitPrice: false, stopPrice: false, timesInForce: RESTING },
};

const ONE_SHARE = powerOfTen(QUANTITY_SCALE);
const MAX_QUANTITY = BigInt(MAX_BOOK_QUANTITY);
/** USD, 1e-4. */
const MAX_NOTIONAL = 1_000_000_000n * 10_000n;

/**
 * Everything that can be said against an order without knowing account or market: it is answered
 * at once and nothing is stored.
 *
 * @returns Every broken rule, so that a caller can mend them in one go; empty if there is none.
 */
export function checkOrderTerms(terms: OrderTerms, fractionable: boolean): Objection[] {
  return [
    ...checkAmount(terms, fractionable),
    ...checkPrice('limit_price', terms.limitPrice),
    ...checkPrice('stop_price', terms.stopPrice),
    ...checkCombination(terms),
    ...checkTrail(terms),
    ...checkOrderList(terms),
  ];
}

/** By shares or by value, never both. */
function checkAmount(terms: OrderTerms, fractionable: boolean): Objection[] {
  const { quantity, notional, type, timeInForce, orderClass } = terms;
  if ((quantity === null) === (notional === null)) {
    const message = 'exactly one of qty and notional says how much';
    return [unsupported('qty', 'qty_or_notional', message)];
  }
  if (quantity !== null) return [...checkQuantity(quantity, fractionable), ...checkFraction(terms)];
  if (notional === null || notional <= 0n || notional > MAX_NOTIONAL) {
    const message = `notional must be above 0 and at most ${formatCash(MAX_NOTIONAL)}`;
    return [{ code: 'invalid_quantity', field: 'notional', rule: 'notional_range', message }];
  }
  if (!fractionable) {
    const message = 'notional: the asset does not trade in fractions';
    return [unsupported('notional', 'notional_fractionable', message)];
  }
  if (type === 'market' && timeInForce === 'day' && orderClass === 'simple') return [];
  const message = 'notional goes with simple market orders that are day';
  return [unsupported('notional', 'notional_market_day', message)];
}

/** As at Alpaca: a part of a share is ordered for the day and by itself. */
function checkFraction({ quantity, timeInForce, orderClass }: OrderTerms): Objection[] {
  if (quantity === null || quantity % ONE_SHARE === 0n) return [];
  const objections: Objection[] = [];
  if (timeInForce !== 'day') {
    const message = 'orders for a part of a share are day orders';
    objections.push(unsupported('time_in_force', 'fraction_day', message));
  }
  if (orderClass !== 'simple') {
    const message = 'orders for a part of a share have no exits';
    objections.push(unsupported('order_class', 'fraction_simple', message));
  }
  return objections;
}

/** @param quantity - 1e-9. */
export function checkQuantity(quantity: bigint, fractionable: boolean): Objection[] {
  const object = (rule: string, message: string): Objection[] => [
    { code: 'invalid_quantity', field: 'qty', rule, message },
  ];
  if (quantity <= 0n) return object('quantity_positive', 'qty must be above 0');
  if (quantity > MAX_QUANTITY) {
    return object('quantity_maximum', `qty must not exceed ${formatQuantity(MAX_QUANTITY)}`);
  }
  if (!fractionable && quantity % ONE_SHARE !== 0n) {
    return object('whole_shares', 'qty must be whole: the asset does not trade in fractions');
  }
  return [];
}

function checkCombination(terms: OrderTerms): Objection[] {
  const { type, timeInForce } = terms;
  const allowed = TERMS_BY_TYPE[type];
  const objections: Objection[] = [];
  const object = (field: string, rule: string, message: string) =>
    objections.push(unsupported(field, rule, message));
  if (!allowed.timesInForce.includes(timeInForce)) {
    const choice = allowed.timesInForce.join(', ');
    object('time_in_force', 'time_in_force_of_type', `a ${type} order takes ${choice}`);
  }
  objections.push(...checkPresence('limit_price', terms.limitPrice, allowed.limitPrice, type));
  objections.push(...checkPresence('stop_price', terms.stopPrice, allowed.stopPrice, type));
  if (terms.postOnly && !(type === 'limit' && RESTING.includes(timeInForce))) {
    object('post_only', 'post_only_rests', 'post_only goes with limit orders that are day or gtc');
  }
  if (terms.extendedHours && !(type === 'limit' && RESTING.includes(timeInForce))) {
    const message = 'extended_hours goes with limit orders that are day or gtc';
    object('extended_hours', 'extended_hours_limit', message);
  }
  return objections;
}

function checkTrail({ type, trailPrice, trailPpm }: OrderTerms): Objection[] {
  const given = [trailPrice, trailPpm].filter((trail) => trail !== null).length;
  if (type !== 'trailing_stop') {
    if (given === 0) return [];
    return [unsupported('trail_price', 'trail_forbidden', `a ${type} order takes no trail`)];
  }
  if (given !== 1) {
    const message = 'a trailing_stop order needs exactly one of trail_price and trail_percent';
    return [unsupported('trail_price', 'trail_required', message)];
  }
  return trailPpm === null ? checkPrice('trail_price', trailPrice) : checkTrailPercent(trailPpm);
}

function checkTrailPercent(ppm: number): Objection[] {
  if (ppm > 0 && ppm < 1_000_000) return [];
  const message = 'trail_percent must be above 0 and below 100';
  return [{ code: 'invalid_price', field: 'trail_percent', rule: 'trail_percent_range', message }];
}

function checkPresence(
  field: string,
  price: bigint | null,
  wanted: boolean,
  type: OrderType,
): Objection[] {
  if ((price !== null) === wanted) return [];
  return wanted
    ? [unsupported(field, `${field}_required`, `a ${type} order needs ${field}`)]
    : [unsupported(field, `${field}_forbidden`, `a ${type} order takes no ${field}`)];
}
