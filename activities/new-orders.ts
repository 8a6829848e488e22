import {
  parseCash,
  parsePrice,
  parseQuantity,
  powerOfTen,
  QUANTITY_SCALE,
} from '../domain/decimal';
import type { TimeInForce } from '../domain/order/order';
import { DEFAULT_COLLAR_PPM, protectionPrice } from '../domain/order/protection';
import { type OrderState, parseTrailPercent } from '../domain/order/state';
import type { RiskInput, RiskOrder, RiskVerdict } from '../domain/risk/input';
import type { LegInstruction, OrderInstruction } from '../workflows/contract';
import type { RiskFactsRow } from './risk-facts';

const optionalPrice = (text: string | null | undefined): bigint | null =>
  text == null ? null : parsePrice(text);

/** The order as risk weighs it; one by value is as large as its value buys at the moment. */
export function toRiskOrder(instruction: OrderInstruction, facts: RiskFactsRow): RiskOrder {
  return {
    side: instruction.side,
    type: instruction.type,
    timeInForce: instruction.timeInForce,
    quantity: quantityOf(instruction, facts),
    limitPrice: optionalPrice(instruction.limitPrice),
    stopPrice: optionalPrice(instruction.stopPrice),
    trailPrice: optionalPrice(instruction.trailPrice),
    trailPpm: instruction.trailPercent == null ? null : parseTrailPercent(instruction.trailPercent),
    forced: instruction.forced === true,
  };
}

/**
 * 1e-9 shares. An order by value is sized by the price it would meet now, rounded down; without a
 * price it is one share, which no rule lets pass.
 */
function quantityOf({ quantity, notional, side }: OrderInstruction, facts: RiskFactsRow): bigint {
  if (quantity !== null) return parseQuantity(quantity);
  const quoted = side === 'buy' ? facts.ask_price : facts.bid_price;
  const price = optionalPrice(quoted ?? facts.print);
  const share = powerOfTen(QUANTITY_SCALE);
  if (price === null || notional == null) return share;
  const shares = (parseCash(notional) * share) / price;
  return shares > 0n ? shares : 1n;
}

/** The rows of an order and, behind it, of the exits that come with it. */
export function toNewOrders(
  instruction: OrderInstruction,
  order: RiskOrder,
  verdict: RiskVerdict,
  input: RiskInput,
): [OrderState, ...OrderState[]] {
  const root = toRootOrder(instruction, order, verdict, input.instrument.sessionOpen);
  const legs = (instruction.legs ?? []).map((leg) => toLegOrder(leg, root, input));
  return [root, ...legs];
}

function toRootOrder(
  instruction: OrderInstruction,
  { quantity, limitPrice, stopPrice, trailPrice = null, trailPpm = null }: RiskOrder,
  verdict: RiskVerdict,
  sessionOpen: boolean,
): OrderState {
  const { orderClass = 'simple', timeInForce } = instruction;
  const waits = !sessionOpen || isForAuction(timeInForce);
  return {
    ...NOTHING_EXECUTED,
    orderId: instruction.orderId,
    rootId: instruction.orderId,
    accountId: instruction.accountId,
    clientOrderId: instruction.clientOrderId,
    symbol: instruction.symbol,
    side: instruction.side,
    type: instruction.type,
    timeInForce,
    orderClass,
    listRole: orderClass === 'simple' ? null : orderClass === 'oco' ? 'take_profit' : 'entry',
    quantity,
    limitPrice,
    stopPrice,
    trailPrice,
    trailPpm,
    protectionPrice: verdict.accepted ? verdict.protectionPrice : null,
    shortPrice: verdict.accepted ? verdict.shortPrice : null,
    status: !verdict.accepted ? 'rejected' : waits ? 'accepted' : 'new',
    rejectReason: verdict.accepted ? null : verdict.reason,
    rejectSource: verdict.accepted ? null : 'risk',
  };
}

/** Orders for the open or the close wait for it even while others trade. */
export function isForAuction(timeInForce: TimeInForce): boolean {
  return timeInForce === 'opg' || timeInForce === 'cls';
}

/** An exit ends with its entry, so it is rejected for the same reason. */
function toLegOrder(leg: LegInstruction, root: OrderState, input: RiskInput): OrderState {
  const stopPrice = optionalPrice(leg.stopPrice);
  const { side, type } = leg;
  const collar = input.limits.priceCollarPpm ?? DEFAULT_COLLAR_PPM;
  const waits = root.status !== 'rejected' && root.listRole === 'entry';
  return {
    ...root,
    orderId: leg.orderId,
    clientOrderId: leg.clientOrderId,
    side,
    type,
    listRole: leg.role,
    limitPrice: optionalPrice(leg.limitPrice),
    stopPrice,
    trailPrice: null,
    trailPpm: null,
    protectionPrice: protectionPrice({ side, type, stopPrice }, input.market.last, collar),
    shortPrice: null,
    status: waits ? 'held' : root.status,
  };
}

const NOTHING_EXECUTED = {
  filledQuantity: 0n,
  filledNotional: 0n,
  inheritedQuantity: 0n,
  inheritedNotional: 0n,
  replaces: null,
  replacedBy: null,
  closeReason: null,
} as const;
