import type { BookOrder, Quote, Replacement } from '../../domain/book/types';

/** A buy limit order of 100 at 100, `day`, of an account of its own, unless told otherwise. */
export function anOrder(fields: Partial<BookOrder> = {}): BookOrder {
  const orderId = fields.orderId ?? 'o1';
  const isLimit = fields.type === undefined || fields.type.endsWith('limit');
  return {
    orderId,
    accountId: `account-of-${orderId}`,
    side: 'buy',
    type: 'limit',
    timeInForce: 'day',
    quantity: 100,
    filled: 0,
    limitPrice: isLimit ? 100 : null,
    stopPrice: null,
    protectionPrice: null,
    postOnly: false,
    selfTradePrevention: 'expire_taker',
    ...fields,
  };
}

/** A replacement that keeps every price. */
export function aReplacement(
  fields: Partial<Replacement> & Pick<Replacement, 'quantity'>,
): Replacement {
  return {
    orderId: 'new',
    limitPrice: null,
    stopPrice: null,
    protectionPrice: null,
    ...fields,
  };
}

type Levels = readonly (readonly [price: number, size: number])[];

/** A quote from `[price, size]` pairs, best first. */
export function aQuote(
  bids: Levels,
  asks: Levels,
  print: number | null = null,
  gap = false,
): Quote {
  const levels = (side: Levels) => side.map(([price, size]) => ({ price, size }));
  return { bids: levels(bids), asks: levels(asks), print, gap };
}
