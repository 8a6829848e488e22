import { MAX_BOOK_PRICE, MAX_BOOK_QUANTITY } from '../book/types';
import { formatPrice, formatQuantity, powerOfTen, QUANTITY_SCALE } from '../decimal';
import type { RefusalCode } from '../refusal';
import type { OrderClass, OrderType, TimeInForce } from './order';
import { isOnIncrement, priceIncrement } from './price-increment';

/** The terms of an order as they were asked for, parsed but not yet judged. */
export interface OrderTerms {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  /** 1e-9. */
  readonly quantity: bigint;
  /** 1e-4, like the stop price. */
  readonly limitPrice: bigint | null;
  readonly stopPrice: bigint | null;
  readonly postOnly: boolean;
  readonly extendedHours: boolean;
}

/** One rule that the terms break. */
export interface Objection {
  readonly code: Extract<
    RefusalCode,
    'invalid_quantity' | 'invalid_price' | 'invalid_price_increment' | 'unsupported_combination'
  >;
  /** The field to change, in the wire's spelling. */
  readonly field: string;
  /** Names the rule; stable, for programs. */
  readonly rule: string;
  readonly message: string;
}

interface TypeTerms {
  readonly limitPrice: boolean;
  readonly stopPrice: boolean;
  readonly timesInForce: readonly TimeInForce[];
}

const RESTING: readonly TimeInForce[] = ['day', 'gtc'];
const ANY: readonly TimeInForce[] = ['day', 'gtc', 'ioc', 'fok', 'opg', 'cls'];

/** Which terms go with which type; a type that is absent is not offered. */
const TERMS_BY_TYPE: Readonly<Partial<Record<OrderType, TypeTerms>>> = {
  market: { limitPrice: false, stopPrice: false, timesInForce: ANY },
  limit: { limitPrice: true, stopPrice: false, timesInForce: ANY },
  stop: { limitPrice: false, stopPrice: true, timesInForce: RESTING },
  stop_limit: { limitPrice: true, stopPrice: true, timesInForce: RESTING },
};

const ONE_SHARE = powerOfTen(QUANTITY_SCALE);
const MAX_QUANTITY = BigInt(MAX_BOOK_QUANTITY);
const MAX_PRICE = BigInt(MAX_BOOK_PRICE);

/**
 * Everything that can be said against an order without knowing account or market: it is answered
 * at once and nothing is stored.
 *
 * @returns Every broken rule, so that a caller can mend them in one go; empty if there is none.
 */
export function checkOrderTerms(terms: OrderTerms, fractionable: boolean): Objection[] {
  return [
    ...checkQuantity(terms.quantity, fractionable),
    ...checkPrice('limit_price', terms.limitPrice),
    ...checkPrice('stop_price', terms.stopPrice),
    ...checkCombination(terms),
  ];
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

/** @param price - 1e-4; `null` is no price, which another rule judges. */
export function checkPrice(field: string, price: bigint | null): Objection[] {
  if (price === null) return [];
  if (price <= 0n || price > MAX_PRICE) {
    const message = `${field} must be above 0 and at most ${formatPrice(MAX_PRICE)}`;
    return [{ code: 'invalid_price', field, rule: 'price_range', message }];
  }
  if (isOnIncrement(price)) return [];
  const increment = formatPrice(priceIncrement(price));
  const message = `${field} must be a multiple of ${increment}`;
  return [{ code: 'invalid_price_increment', field, rule: 'price_increment', message }];
}

function checkCombination(terms: OrderTerms): Objection[] {
  const { type, timeInForce, orderClass } = terms;
  const allowed = TERMS_BY_TYPE[type];
  if (allowed === undefined) {
    return [unsupported('type', 'type_not_offered', `${type} orders are not offered`)];
  }
  const objections: Objection[] = [];
  const object = (field: string, rule: string, message: string) =>
    objections.push(unsupported(field, rule, message));
  if (orderClass !== 'simple') {
    object('order_class', 'order_class_not_offered', `${orderClass} orders are not offered`);
  }
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

function unsupported(field: string, rule: string, message: string): Objection {
  return { code: 'unsupported_combination', field, rule, message };
}
