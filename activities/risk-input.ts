import { divideUp, parseCash, parsePrice, parseQuantity } from '../domain/decimal';
import { nyseCalendar } from '../domain/calendar/nyse';
import { sessionAt } from '../domain/sessions';
import type {
  AuctionTimes,
  MarginFigures,
  RiskInput,
  RiskOrder,
  TradingState,
} from '../domain/risk/input';
import type { AccountRow } from './account-state';
import { toFeeRates } from './fee-rates';
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
      tradingState: tradingStateOf(account),
      multiplier: account.multiplier === 2 ? 2 : 1,
      shortingEnabled: account.shortingEnabled,
      availableCash: parseCash(facts.cash),
      creditLimit: parseCash(account.creditLimit),
      margin: marginOf(account, facts),
      dayLoss: dayLossOf(facts),
      openOrders: facts.open_orders,
      duplicateOf: facts.duplicate_of,
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
      sessionOpen: !facts.closed,
      auctions: auctionsOf(facts),
      shortable: facts.shortable,
    },
    market: {
      last: optional(facts.print, parsePrice),
      bid: optional(facts.bid_price, parsePrice),
      ask: optional(facts.ask_price, parsePrice),
    },
    limits: {
      maxOrderQuantity: optional(facts.max_order_quantity, parseQuantity),
      minNotional: optional(facts.min_notional, parseCash),
      maxNotional: optional(facts.max_notional, parseCash),
      priceCollarPpm: facts.price_collar_ppm,
      maxPosition: optional(facts.max_position, parseQuantity),
      maxOpenOrders: facts.max_open_orders,
      dailyLossLimit: optional(facts.daily_loss_limit, parseCash),
    },
    fees: toFeeRates(facts),
    nowMs: facts.now.getTime(),
    acceptBeforeMs: acceptBefore === null ? null : Date.parse(acceptBefore),
  };
}

/** Under a margin call an account only reduces, whatever its own state allows beyond that. */
function tradingStateOf({ tradingState, marginCallId }: AccountRow): TradingState {
  return marginCallId !== null && tradingState === 'ACTIVE' ? 'REDUCING' : tradingState;
}

function equityOf(facts: RiskFactsRow): bigint {
  const cash = parseCash(facts.cash) + parseCash(facts.held_cash);
  return cash + parseCash(facts.net_value);
}

function marginOf(account: AccountRow, facts: RiskFactsRow): MarginFigures | null {
  if (account.multiplier === 1) return null;
  return {
    equity: equityOf(facts),
    // Rounded up, so that buying power never is.
    initialMargin: divideUp(parseCash(facts.gross_value), 2n),
    heldCash: parseCash(facts.held_cash),
  };
}

function dayLossOf(facts: RiskFactsRow): bigint | null {
  return facts.day_equity === null ? null : parseCash(facts.day_equity) - equityOf(facts);
}

function auctionsOf({ calendar, closed, market_at: marketAt }: RiskFactsRow): AuctionTimes {
  if (calendar === 'continuous') return { kind: 'always' };
  const now = marketAt?.getTime() ?? 0;
  const { closesAtMs } = sessionAt(nyseCalendar(), now);
  return { kind: 'session', closesInMs: closed || closesAtMs === null ? null : closesAtMs - now };
}

function optional<Value>(text: string | null, parse: (text: string) => Value): Value | null {
  return text === null ? null : parse(text);
}
