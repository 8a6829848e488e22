import { divideUp, powerOfTen, QUANTITY_SCALE } from '../decimal';
import type { OrderState } from '../order/state';
import { type Unit, USD } from './accounts';
import { type FeeRates, worstFee } from './fees';

/** An amount of one unit: USD in 1e-4 or shares of a symbol in 1e-9; zero or more. */
export interface UnitAmount {
  readonly unit: Unit;
  readonly amount: bigint;
}

/** What a root order still has set aside. */
export interface Hold {
  readonly unit: Unit;
  readonly remaining: bigint;
}

/** The terms of an order that decide what it must hold. */
export type HoldTerms = Pick<
  OrderState,
  'symbol' | 'side' | 'limitPrice' | 'protectionPrice' | 'shortPrice'
>;

/** A short sale is valued at no less than the ask and three per cent. */
const SHORT_MARKUP_PERCENT = 103n;

/**
 * What must be set aside for `leaves` of an order: a buy its worst cost and fee, a sell its
 * shares, a short sale its value. Rounded up, so that it is never too little.
 *
 * @throws Error if a buy has neither limit nor protection price: acceptance sees to that.
 */
export function requiredHold(terms: HoldTerms, leaves: bigint, fees: FeeRates): UnitAmount {
  if (terms.side === 'sell') {
    return terms.shortPrice === null
      ? { unit: terms.symbol, amount: leaves }
      : { unit: USD, amount: worstAmount(terms.shortPrice, leaves) };
  }
  const price = terms.limitPrice ?? terms.protectionPrice;
  if (price === null) throw new Error('a buy has neither limit nor protection price');
  const amount = worstAmount(price, leaves);
  return { unit: USD, amount: amount + worstFee({ amount, quantity: leaves }, fees) };
}

/**
 * What one share of a short sale is held at: the larger of its limit and 1.03 x ask, or the one
 * there is; `null` if there is neither.
 */
export function shortPriceOf(limitPrice: bigint | null, ask: bigint | null): bigint | null {
  if (ask === null) return limitPrice;
  const marked = divideUp(ask * SHORT_MARKUP_PERCENT, 100n);
  return limitPrice !== null && limitPrice > marked ? limitPrice : marked;
}

/** price x quantity in cash, rounded up. */
export function worstAmount(price: bigint, quantity: bigint): bigint {
  return divideUp(price * quantity, powerOfTen(QUANTITY_SCALE));
}
