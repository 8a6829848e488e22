import { COST_SCALE, divideHalfEven, powerOfTen, PRICE_SCALE, QUANTITY_SCALE } from './decimal';

/** What an account holds of one symbol. Quantity and cost are kept, the average is derived. */
export interface Position {
  /** Signed: above zero is long, below is short. */
  readonly quantity: bigint;
  /** Signed like the quantity: quantity x average entry price; 0 when flat. */
  readonly cost: bigint;
  /** Before fees, over the whole life of the position, flat times included; in the cost's scale. */
  readonly realizedPnl: bigint;
}

/** Digits after the point of a position's numbers. */
export interface PositionScales {
  readonly price: number;
  readonly quantity: number;
  readonly cost: number;
}

const POSITION_SCALES: PositionScales = {
  price: PRICE_SCALE,
  quantity: QUANTITY_SCALE,
  cost: COST_SCALE,
};

export const FLAT: Position = { quantity: 0n, cost: 0n, realizedPnl: 0n };

/**
 * The position after one fill. The same side adds to the cost; the other side closes at the
 * average, which stays; more than the position closes it and opens the rest at the fill's price.
 *
 * @param signedQuantity - Above zero bought, below sold; 0 changes nothing.
 * @param price - Greater than zero.
 */
export function applyFill(
  position: Position,
  signedQuantity: bigint,
  price: bigint,
  scales: PositionScales = POSITION_SCALES,
): Position {
  const { quantity } = position;
  if (quantity === 0n || quantity > 0n === signedQuantity > 0n) {
    return {
      ...position,
      quantity: quantity + signedQuantity,
      cost: position.cost + valueOf(signedQuantity, price, scales),
    };
  }
  if (magnitude(signedQuantity) <= magnitude(quantity)) {
    return reduce(position, signedQuantity, price, scales);
  }
  const closed = reduce(position, -quantity, price, scales);
  return applyFill(closed, signedQuantity + quantity, price, scales);
}

/** @param closing - Of the other sign than the position and no larger. */
function reduce(
  position: Position,
  closing: bigint,
  price: bigint,
  scales: PositionScales,
): Position {
  const closedCost = divideHalfEven(
    position.cost * magnitude(closing),
    magnitude(position.quantity),
  );
  return {
    quantity: position.quantity + closing,
    cost: position.cost - closedCost,
    realizedPnl: position.realizedPnl - valueOf(closing, price, scales) - closedCost,
  };
}

/** quantity x price in the cost's scale, signed like the quantity. */
function valueOf(quantity: bigint, price: bigint, scales: PositionScales): bigint {
  const surplus = scales.price + scales.quantity - scales.cost;
  const exact = quantity * price;
  return surplus > 0 ? divideHalfEven(exact, powerOfTen(surplus)) : exact * powerOfTen(-surplus);
}

/**
 * Average entry price, half-even at `digits` after the point; 0 when flat.
 *
 * @param digits - Not below what makes `digits + scales.quantity` reach `scales.cost`.
 */
export function averageEntryPrice(
  position: Position,
  digits: number = PRICE_SCALE,
  scales: PositionScales = POSITION_SCALES,
): bigint {
  if (position.quantity === 0n) return 0n;
  const raise = digits + scales.quantity - scales.cost;
  const cost = magnitude(position.cost);
  return raise >= 0
    ? divideHalfEven(cost * powerOfTen(raise), magnitude(position.quantity))
    : divideHalfEven(cost, magnitude(position.quantity) * powerOfTen(-raise));
}

/** What closing the whole position at `price` would realize, in the cost's scale. */
export function unrealizedPnl(
  position: Position,
  price: bigint,
  scales: PositionScales = POSITION_SCALES,
): bigint {
  return marketValue(position, price, scales) - position.cost;
}

/**
 * The part of an unrealized profit that the present day made: what was held overnight counts from
 * the last day's price, the rest from its average.
 *
 * @param unrealized - Of the whole position, in the cost's scale.
 * @param overnight - Signed quantity when the day began.
 * @param lastDayPrice - `null`: there was no day before, so all of it is today's.
 */
export function intradayPnl(
  position: Position,
  unrealized: bigint,
  overnight: bigint,
  lastDayPrice: bigint | null,
): bigint {
  const { quantity, cost } = position;
  if (lastDayPrice === null || quantity === 0n || overnight > 0n !== quantity > 0n) {
    return unrealized;
  }
  const held = magnitude(overnight) < magnitude(quantity) ? overnight : quantity;
  const heldCost = divideHalfEven(cost * magnitude(held), magnitude(quantity));
  return unrealized - (valueOf(held, lastDayPrice, POSITION_SCALES) - heldCost);
}

/** Signed value of the position at `price`, in the cost's scale. */
export function marketValue(
  position: Position,
  price: bigint,
  scales: PositionScales = POSITION_SCALES,
): bigint {
  return valueOf(position.quantity, price, scales);
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
