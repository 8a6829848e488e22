import { USD } from '../ledger/accounts';
import { requiredHold, shortPriceOf, type UnitAmount, worstAmount } from '../ledger/hold';
import { DEFAULT_COLLAR_PPM, needsProtection, protectionPrice } from '../order/protection';
import { spendableCash } from './buying-power';
import type { RiskInput } from './input';

/** What the order replaces: the rules weigh the difference. */
export interface Replaced {
  /** Still open of it; part of `working` as well. */
  readonly leaves: bigint;
  /** Executed so far. */
  readonly filledQuantity: bigint;
  readonly stopPrice: bigint | null;
  readonly trailPrice?: bigint | null;
  readonly trailPpm?: number | null;
  readonly protectionPrice: bigint | null;
  readonly shortPrice: bigint | null;
  /** What the root holds. */
  readonly held: bigint;
}

/** What the rules share, worked out once. */
export interface RiskFacts {
  /** What the order adds to what can be traded already; 0 for a replace that asks for less. */
  readonly exposure: bigint;
  /** How much of the position the account's working orders leave to close, on this side. */
  readonly reducible: bigint;
  /** A sale of shares the account does not have. */
  readonly opensShort: boolean;
  readonly protectionPrice: bigint | null;
  readonly shortPrice: bigint | null;
  /** What the whole order is worth; `null` where there is no price to compute it from. */
  readonly notional: bigint | null;
  /** For what is open of the order; `null` where there is no price to compute it from. */
  readonly hold: UnitAmount | null;
  /** What of that hold is not set aside yet. */
  readonly holdIncrease: bigint;
}

export function gatherFacts(input: RiskInput, replaced: Replaced | null): RiskFacts {
  const { order, market, position, working, instrument } = input;
  const leaves = order.quantity - (replaced?.filledQuantity ?? 0n);
  const opensShort = isShortSale(input, replaced);
  const protection = protectionOf(input, replaced);
  const shortPrice = opensShort ? shortPriceOf(order.limitPrice, market.ask) : null;
  const worstPrice = needsProtection(order.type) ? protection : order.limitPrice;
  const known = worstPrice !== null && (!opensShort || shortPrice !== null);
  const terms = { ...order, symbol: instrument.symbol, protectionPrice: protection, shortPrice };
  const hold = known ? limitForced(input, requiredHold(terms, leaves, input.fees)) : null;
  return {
    exposure: atLeastZero(leaves - (replaced?.leaves ?? 0n)),
    reducible:
      order.side === 'buy'
        ? atLeastZero(-position.quantity - working.buyQuantity)
        : atLeastZero(position.quantity - working.sellQuantity),
    opensShort,
    protectionPrice: protection,
    shortPrice,
    notional: notionalOf(input, worstPrice),
    hold,
    holdIncrease: atLeastZero((hold?.amount ?? 0n) - (replaced?.held ?? 0n)),
  };
}

/** A forced order holds what there is: what is missing in the end is the house's loss. */
function limitForced({ account, order }: RiskInput, hold: UnitAmount): UnitAmount {
  const limit = spendableCash(account);
  if (!order.forced || hold.unit !== USD || hold.amount <= limit) return hold;
  return { ...hold, amount: limit };
}

/** A replaced order stays what it was accepted as, because its root holds one unit for life. */
function isShortSale({ order, position }: RiskInput, replaced: Replaced | null): boolean {
  if (order.side === 'buy') return false;
  return replaced === null ? position.quantity <= 0n : replaced.shortPrice !== null;
}

/** A replace that leaves the stop alone keeps its protection, and so its place in the queue. */
function protectionOf({ order, limits, market }: RiskInput, replaced: Replaced | null) {
  const kept = replaced !== null && isSameTrigger(replaced, order);
  if (kept && replaced.protectionPrice !== null) return replaced.protectionPrice;
  return protectionPrice(order, market.last, limits.priceCollarPpm ?? DEFAULT_COLLAR_PPM);
}

function isSameTrigger(old: Replaced, order: RiskInput['order']): boolean {
  return (
    old.stopPrice === order.stopPrice &&
    (old.trailPrice ?? null) === (order.trailPrice ?? null) &&
    (old.trailPpm ?? null) === (order.trailPpm ?? null)
  );
}

/** A buy at its worst price; a sell at its own, because its worst would make it look small. */
function notionalOf({ order, market }: RiskInput, worstPrice: bigint | null): bigint | null {
  const price =
    order.side === 'buy' ? worstPrice : (order.limitPrice ?? order.stopPrice ?? market.last);
  return price === null ? null : worstAmount(price, order.quantity);
}

function atLeastZero(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
