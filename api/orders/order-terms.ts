import { formatPrice, formatQuantity, parsePrice, parseQuantity } from '../../domain/decimal';
import { checkOrderTerms, type Objection, type OrderTerms } from '../../domain/order/checks';
import { fingerprintOf } from '../../platform/identity';
import { ProblemError } from '../problem-error';
import type { SubmitOrderBody } from '../routes/orders/order-body';

/** Terms that passed the pure checks, as decimal text in its shortest form. */
export interface CheckedTerms {
  readonly quantity: string;
  readonly limitPrice: string | null;
  readonly stopPrice: string | null;
  readonly postOnly: boolean;
  readonly extendedHours: boolean;
}

/**
 * Judges an order by itself: increments, quantity, terms that go together.
 *
 * @throws ProblemError 422 with every rule that is broken; nothing has been stored.
 */
export function checkTerms(body: SubmitOrderBody, fractionable: boolean): CheckedTerms {
  const objections: Objection[] = [];
  const quantity = readQuantity(body.qty, objections);
  const limitPrice = readPrice('limit_price', body.limit_price, objections);
  const stopPrice = readPrice('stop_price', body.stop_price, objections);
  const terms: OrderTerms = {
    type: body.type,
    timeInForce: body.time_in_force,
    orderClass: 'simple',
    quantity,
    limitPrice,
    stopPrice,
    postOnly: body.post_only ?? false,
    extendedHours: body.extended_hours ?? false,
  };
  refuseObjections([...objections, ...checkOrderTerms(terms, fractionable)]);
  return {
    quantity: formatQuantity(quantity),
    limitPrice: limitPrice === null ? null : formatPrice(limitPrice),
    stopPrice: stopPrice === null ? null : formatPrice(stopPrice),
    postOnly: terms.postOnly,
    extendedHours: terms.extendedHours,
  };
}

/** What an order means, whatever it is called: equal for `10` and `10.00`. */
export function fingerprintOrder(
  symbol: string,
  body: SubmitOrderBody,
  terms: CheckedTerms,
): string {
  return fingerprintOf([
    symbol,
    body.side,
    body.type,
    body.time_in_force,
    terms.quantity,
    terms.limitPrice,
    terms.stopPrice,
    terms.postOnly,
    terms.extendedHours,
  ]);
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

/** @throws ProblemError under the first objection's code, naming all of them. */
export function refuseObjections(objections: readonly Objection[]): void {
  const [first] = objections;
  if (first === undefined) return;
  throw new ProblemError(first.code, `${objections.map(({ message }) => message).join('; ')}.`, {
    errors: objections.map(({ field, rule, message }) => ({ field, rule, message })),
  });
}
