import { parseCash, parsePrice, parseQuantity } from '../../domain/decimal';
import type { Owner } from '../../domain/ledger/accounts';
import type { OrderState } from '../../domain/order/state';
import { FLAT } from '../../domain/position';
import type { AuctionTimes, RiskInput } from '../../domain/risk/input';
import type { ExecutionReport, SettlementState } from '../../domain/settlement/types';

export const OWNER: Owner = { accountId: 'alice', epoch: 1 };
export const NO_FEES = { makerPpm: 0, takerPpm: 0 };

/** A live order to buy 100 SPY at 30.00. */
export function anOrderState(over: Partial<OrderState> = {}): OrderState {
  return {
    orderId: 'o1',
    rootId: 'o1',
    accountId: OWNER.accountId,
    clientOrderId: 'mine-1',
    symbol: 'SPY',
    side: 'buy',
    type: 'limit',
    timeInForce: 'day',
    orderClass: 'simple',
    listRole: null,
    quantity: parseQuantity('100'),
    limitPrice: parsePrice('30'),
    stopPrice: null,
    trailPrice: null,
    trailPpm: null,
    protectionPrice: null,
    shortPrice: null,
    status: 'new',
    filledQuantity: 0n,
    filledNotional: 0n,
    inheritedQuantity: 0n,
    inheritedNotional: 0n,
    replaces: null,
    replacedBy: null,
    rejectReason: null,
    rejectSource: null,
    closeReason: null,
    ...over,
  };
}

/** The order above with 3,000.00 held for it and 7,000.00 left. */
export function aSettlementState(over: Partial<SettlementState> = {}): SettlementState {
  return {
    owner: OWNER,
    order: anOrderState(),
    replacement: null,
    list: [],
    holds: [{ unit: 'USD', remaining: parseCash('3000') }],
    position: FLAT,
    availableCash: parseCash('7000'),
    fees: NO_FEES,
    ...over,
  };
}

/** A report about `o1` that says nothing but its kind. */
export function aReport(over: Partial<ExecutionReport>): ExecutionReport {
  return {
    reportId: 'SPY-1',
    tradeId: null,
    orderId: 'o1',
    kind: 'canceled',
    replacementId: null,
    price: 0n,
    quantity: 0n,
    amount: 0n,
    fee: 0n,
    leaves: 0n,
    liquidity: null,
    counterparty: null,
    reason: null,
    marketAt: '2026-01-05T15:00:00.000Z',
    ...over,
  };
}

/** A trade of whole shares with the market maker, without fee. */
export function aTrade(
  quantity: string,
  price: string,
  leaves: string,
  over: Partial<ExecutionReport> = {},
): ExecutionReport {
  return aReport({
    kind: 'trade',
    tradeId: 'SPY-1',
    quantity: parseQuantity(quantity),
    price: parsePrice(price),
    amount: parseCash(String((Number(quantity) * Math.round(Number(price) * 10_000)) / 10_000)),
    leaves: parseQuantity(leaves),
    liquidity: 'taker',
    counterparty: 'market_maker',
    ...over,
  });
}

type Deep<T> = T extends bigint | string | number | boolean | null
  ? T
  : { readonly [Key in keyof T]?: Deep<T[Key]> };

/** A cash account with 10,000.00 that may buy 100 SPY at 30.00; every limit is off. */
export function aRiskInput(over: Deep<RiskInput> = {}): RiskInput {
  return {
    nowMs: 1_000,
    acceptBeforeMs: null,
    globalTradingState: 'ACTIVE',
    ...withoutParts(over),
    order: {
      side: 'buy',
      type: 'limit',
      timeInForce: 'day',
      quantity: parseQuantity('100'),
      limitPrice: over.order?.type === undefined ? parsePrice('30') : null,
      stopPrice: null,
      forced: false,
      ...over.order,
    },
    account: {
      blocked: false,
      suspended: false,
      resetting: false,
      tradingState: 'ACTIVE',
      multiplier: 1,
      shortingEnabled: false,
      availableCash: parseCash('10000'),
      creditLimit: over.account?.multiplier === 2 ? parseCash('1000000') : 0n,
      dayLoss: null,
      openOrders: 0,
      duplicateOf: null,
      ...over.account,
      margin: over.account?.margin
        ? { equity: 0n, initialMargin: 0n, heldCash: 0n, ...over.account.margin }
        : null,
    },
    position: { quantity: 0n, availableShares: 0n, ...over.position },
    working: { buyQuantity: 0n, sellQuantity: 0n, ...over.working },
    instrument: {
      symbol: 'SPY',
      halted: false,
      sessionOpen: true,
      shortable: true,
      ...over.instrument,
      auctions: (over.instrument?.auctions as AuctionTimes | undefined) ?? { kind: 'always' },
    },
    market: {
      last: parsePrice('30'),
      bid: parsePrice('29.99'),
      ask: parsePrice('30.01'),
      ...over.market,
    },
    limits: {
      maxOrderQuantity: null,
      maxNotional: null,
      priceCollarPpm: null,
      maxPosition: null,
      maxOpenOrders: null,
      dailyLossLimit: null,
      ...over.limits,
    },
    fees: { ...NO_FEES, ...over.fees },
  };
}

function withoutParts({ nowMs, acceptBeforeMs, globalTradingState }: Deep<RiskInput>) {
  return {
    ...(nowMs === undefined ? {} : { nowMs }),
    ...(acceptBeforeMs === undefined ? {} : { acceptBeforeMs }),
    ...(globalTradingState === undefined ? {} : { globalTradingState }),
  };
}
