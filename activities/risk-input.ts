import { parseCash, parsePrice, parseQuantity } from '../domain/decimal';
import type { RiskInput, RiskOrder } from '../domain/risk/input';
import type { AccountRow } from './account-state';
import type { RiskFactsRow } from './risk-facts';

/** What the rows say, as the rules want it. */
export function toRiskInput(
  account: AccountRow,
  facts: RiskFactsRow,
  symbol: string,
  order: RiskOrder,
  acceptBefore: string | null,
): RiskInput {
  return {
    order,
    account: {
      blocked: account.blocked,
      suspended: account.suspended,
      resetting: account.resetting,
      tradingState: account.tradingState,
      multiplier: account.multiplier === 2 ? 2 : 1,
      shortingEnabled: account.shortingEnabled,
      availableCash: parseCash(facts.cash),
      margin: null,
      dayLoss: null,
      openOrders: facts.open_orders,
      duplicateOf: null,
    },
    globalTradingState: facts.venue_trading_state,
    position: {
      quantity: parseQuantity(facts.position),
      availableShares: parseQuantity(facts.shares),
    },
    working: {
      buyQuantity: parseQuantity(facts.working_buy),
      sellQuantity: parseQuantity(facts.working_sell),
    },
    instrument: {
      symbol,
      halted: facts.halted,
      sessionOpen: true,
      shortable: facts.shortable,
    },
    market: {
      last: optional(facts.print, parsePrice),
      bid: optional(facts.bid_price, parsePrice),
      ask: optional(facts.ask_price, parsePrice),
    },
    limits: {
      maxOrderQuantity: optional(facts.max_order_quantity, parseQuantity),
      maxNotional: optional(facts.max_notional, parseCash),
      priceCollarPpm: facts.price_collar_ppm,
      maxPosition: optional(facts.max_position, parseQuantity),
      maxOpenOrders: facts.max_open_orders,
      dailyLossLimit: optional(facts.daily_loss_limit, parseCash),
    },
    fees: { makerPpm: facts.maker_fee_ppm, takerPpm: facts.taker_fee_ppm },
    nowMs: facts.now.getTime(),
    acceptBeforeMs: acceptBefore === null ? null : Date.parse(acceptBefore),
  };
}

function optional<Value>(text: string | null, parse: (text: string) => Value): Value | null {
  return text === null ? null : parse(text);
}
