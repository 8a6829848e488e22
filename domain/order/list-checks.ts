import { formatPrice } from '../decimal';
import type { Side } from './order';
import { checkPrice } from './price-check';
import { type ExitTerms, type Objection, type OrderTerms, unsupported } from './terms';

/**
 * What can be said against the exits of an order list: which of them its class takes, that they
 * stand on the right sides of each other, and that the list can wait for them.
 */
export function checkOrderList(terms: OrderTerms): Objection[] {
  const { orderClass, takeProfit, stopLoss, type, timeInForce, extendedHours, postOnly } = terms;
  const objections: Objection[] = [];
  const object = (field: string, rule: string, message: string) =>
    objections.push(unsupported(field, rule, message));
  if (orderClass === 'simple') {
    if (takeProfit !== null || stopLoss !== null) {
      const message = 'take_profit and stop_loss go with order_class bracket, oco or oto';
      object('order_class', 'order_class_of_exits', message);
    }
    return objections;
  }
  if (
    orderClass === 'oto' ? (takeProfit === null) === (stopLoss === null) : !takeProfit || !stopLoss
  ) {
    const wanted = orderClass === 'oto' ? 'exactly one of' : 'both';
    object(
      'order_class',
      'exits_of_class',
      `${orderClass} takes ${wanted} take_profit and stop_loss`,
    );
  }
  if (orderClass === 'oco' && type !== 'limit')
    object('type', 'oco_limit', 'oco orders are limit orders');
  if (type === 'trailing_stop') object('type', 'list_type', `a trailing_stop order has no exits`);
  if (timeInForce !== 'day' && timeInForce !== 'gtc') {
    object('time_in_force', 'list_time_in_force', `${orderClass} orders are day or gtc`);
  }
  if (extendedHours) object('extended_hours', 'list_hours', `${orderClass} orders trade by day`);
  if (postOnly) object('post_only', 'list_post_only', `${orderClass} orders are not post_only`);
  return [...objections, ...checkExits(terms)];
}

function checkExits(terms: OrderTerms): Objection[] {
  const { orderClass, side, takeProfit, stopLoss } = terms;
  return [
    ...(takeProfit === null ? [] : checkTakeProfit(takeProfit)),
    ...(stopLoss === null ? [] : checkStopLoss(stopLoss)),
    ...checkOrderOfExits(exitSide(orderClass, side), takeProfit, stopLoss),
    ...checkAgainstEntry(terms),
  ];
}

/**
 * Exits of an entry with a price of its own stand on both sides of that price: a profit is beyond
 * it, a loss on this side. What an entry at the market meets is not known yet.
 */
function checkAgainstEntry(terms: OrderTerms): Objection[] {
  const base = terms.limitPrice ?? terms.stopPrice;
  if (terms.orderClass === 'oco' || base === null) return [];
  const isLong = terms.side === 'buy';
  const objections: Objection[] = [];
  const object = (field: string, exit: bigint | null | undefined, isAbove: boolean) => {
    if (exit == null || (isAbove ? exit > base : exit < base)) return;
    const place = isAbove ? 'above' : 'below';
    const message = `${field} must be ${place} ${formatPrice(base)}, the entry`;
    objections.push(unsupported(field, 'exit_beyond_entry', message));
  };
  object('take_profit.limit_price', terms.takeProfit?.limitPrice, isLong);
  object('stop_loss.stop_price', terms.stopLoss?.stopPrice, !isLong);
  return objections;
}

/** The side that closes what the entry opens; the exits of an oco are the order itself. */
export function exitSide(orderClass: OrderTerms['orderClass'], side: Side): Side {
  if (orderClass === 'oco') return side;
  return side === 'buy' ? 'sell' : 'buy';
}

function checkTakeProfit({ limitPrice }: ExitTerms): Objection[] {
  if (limitPrice !== null) return checkPrice('take_profit.limit_price', limitPrice);
  const message = 'take_profit needs limit_price';
  return [unsupported('take_profit.limit_price', 'limit_price_required', message)];
}

function checkStopLoss({ stopPrice, limitPrice }: ExitTerms): Objection[] {
  if (stopPrice === null) {
    const message = 'stop_loss needs stop_price';
    return [unsupported('stop_loss.stop_price', 'stop_price_required', message)];
  }
  return [
    ...checkPrice('stop_loss.stop_price', stopPrice),
    ...checkPrice('stop_loss.limit_price', limitPrice),
  ];
}

/** Exits that sell take their profit above their stop, exits that buy below it. */
function checkOrderOfExits(
  side: Side,
  takeProfit: ExitTerms | null,
  stopLoss: ExitTerms | null,
): Objection[] {
  const profit = takeProfit?.limitPrice ?? null;
  const stop = stopLoss?.stopPrice ?? null;
  if (profit === null || stop === null) return [];
  if (side === 'sell' ? profit > stop : profit < stop) return [];
  const place = side === 'sell' ? 'above' : 'below';
  const message = `take_profit.limit_price must be ${place} stop_loss.stop_price`;
  return [unsupported('take_profit.limit_price', 'take_profit_beyond_stop_loss', message)];
}
