import {
  formatCash,
  formatPrice,
  formatQuantity,
  parseCash,
  parsePrice,
  parseQuantity,
} from '../../domain/decimal';
import { checkOrderTerms } from '../../domain/order/checks';
import { formatTrailPercent, parseTrailPercent } from '../../domain/order/state';
import type { Objection, OrderTerms } from '../../domain/order/terms';
import { fingerprintOf } from '../../platform/identity';
import type { OrderInstruction } from '../../workflows/contract';
import { ProblemError } from '../problem-error';
import type { SubmitOrderBody } from '../routes/orders/order-body';
import { toLegs } from './order-legs';

/** What of an instruction the body says: terms that passed the pure checks, shortest decimals. */
export type CheckedTerms = Required<
  Pick<
    OrderInstruction,
    | 'quantity'
    | 'notional'
    | 'limitPrice'
    | 'stopPrice'
    | 'trailPrice'
    | 'trailPercent'
    | 'postOnly'
    | 'extendedHours'
    | 'positionIntent'
    | 'selfTradePrevention'
    | 'orderClass'
    | 'legs'
  >
>;

/**
 * Judges an order by itself: increments, quantity, terms that go together.
 *
 * @param orderId - Names the exits that come with it.
 * @throws ProblemError 422 with every rule that is broken; nothing has been stored.
 */
export function checkTerms(
  body: SubmitOrderBody,
  orderId: string,
  fractionable: boolean,
): CheckedTerms {
  const objections: Objection[] = [];
  const terms = readTerms(body, objections);
  refuseObjections([...objections, ...checkOrderTerms(terms, fractionable)]);
  return {
    quantity: optional(terms.quantity, formatQuantity),
    notional: optional(terms.notional, formatCash),
    limitPrice: optional(terms.limitPrice, formatPrice),
    stopPrice: optional(terms.stopPrice, formatPrice),
    trailPrice: optional(terms.trailPrice, formatPrice),
    trailPercent: optional(terms.trailPpm, formatTrailPercent),
    postOnly: terms.postOnly,
    extendedHours: terms.extendedHours,
    positionIntent: body.position_intent ?? null,
    selfTradePrevention: body.self_trade_prevention ?? 'expire_taker',
    orderClass: terms.orderClass,
    legs: toLegs(orderId, terms),
  };
}

function readTerms(body: SubmitOrderBody, objections: Objection[]): OrderTerms {
  const price = (field: string, text: string | null | undefined) =>
    readPrice(field, text, objections);
  const { take_profit: takeProfit, stop_loss: stopLoss } = body;
  const orderClass =
    body.order_class == null || body.order_class === '' ? 'simple' : body.order_class;
  const profit = price('take_profit.limit_price', takeProfit?.limit_price);
  return {
    type: body.type,
    timeInForce: body.time_in_force,
    orderClass,
    side: body.side,
    quantity: body.qty == null ? null : readQuantity(body.qty, objections),
    notional: readNotional(body.notional, objections),
    // An oco is its take-profit; its own limit price says nothing more.
    limitPrice: orderClass === 'oco' ? profit : price('limit_price', body.limit_price),
    stopPrice: price('stop_price', body.stop_price),
    trailPrice: price('trail_price', body.trail_price),
    trailPpm: readTrailPercent('trail_percent', body.trail_percent, objections),
    postOnly: body.post_only ?? false,
    extendedHours: body.extended_hours ?? false,
    takeProfit: takeProfit == null ? null : { limitPrice: profit, stopPrice: null },
    stopLoss:
      stopLoss == null
        ? null
        : {
            limitPrice: price('stop_loss.limit_price', stopLoss.limit_price),
            stopPrice: price('stop_loss.stop_price', stopLoss.stop_price),
          },
  };
}

const optional = <Value>(value: Value | null, format: (value: Value) => string): string | null =>
  value === null ? null : format(value);

/** What an order means, whatever it is called: equal for `10` and `10.00`. */
export function fingerprintOrder(
  symbol: string,
  body: SubmitOrderBody,
  terms: CheckedTerms,
): string {
  return fingerprintOf([symbol, body.side, body.type, body.time_in_force, terms]);
}

/** A value that is harmless for the other checks where the text has more digits than we keep. */
export function readQuantity(text: string, objections: Objection[]): bigint {
  try {
    return parseQuantity(text);
  } catch {
    const message = 'qty must have at most 9 digits after the point';
    objections.push({ code: 'invalid_quantity', field: 'qty', rule: 'quantity_digits', message });
    return parseQuantity('1');
  }
}

/** As `readQuantity`; `null` where there is no value. */
function readNotional(text: string | null | undefined, objections: Objection[]): bigint | null {
  if (text == null) return null;
  const rule = 'notional_digits';
  const message = 'notional must have at most 2 digits after the point';
  try {
    const notional = parseCash(text);
    if (notional % CENT !== 0n) {
      objections.push({ code: 'invalid_quantity', field: 'notional', rule, message });
    }
    return notional;
  } catch {
    objections.push({ code: 'invalid_quantity', field: 'notional', rule, message });
    return parseCash('1');
  }
}

const CENT = parseCash('0.01');

/** As `readQuantity`; `null` where there is no price. */
export function readPrice(
  field: string,
  text: string | null | undefined,
  objections: Objection[],
): bigint | null {
  if (text == null) return null;
  try {
    return parsePrice(text);
  } catch {
    const message = `${field} must have at most 4 digits after the point`;
    objections.push({ code: 'invalid_price_increment', field, rule: 'price_increment', message });
    return parsePrice('1');
  }
}

/** Millionths; as `readQuantity`, `null` where there is no percentage. */
export function readTrailPercent(
  field: string,
  text: string | null | undefined,
  objections: Objection[],
): number | null {
  if (text == null) return null;
  try {
    return parseTrailPercent(text);
  } catch {
    const message = `${field} must have at most 4 digits after the point`;
    objections.push({ code: 'invalid_price', field, rule: 'trail_percent_digits', message });
    return parseTrailPercent('1');
  }
}

/** @throws ProblemError under the first objection's code, naming all of them. */
export function refuseObjections(objections: readonly Objection[]): void {
  const [first] = objections;
  if (first === undefined) return;
  throw new ProblemError(first.code, `${objections.map(({ message }) => message).join('; ')}.`, {
    errors: objections.map(({ field, rule, message }) => ({ field, rule, message })),
  });
}
