import { formatCash, formatPrice, formatQuantity, powerOfTen, QUANTITY_SCALE } from '../decimal';
import { USD } from '../ledger/accounts';
import { collarBound } from '../order/protection';
import type { Side } from '../order/order';
import type { RejectReason } from '../refusal';
import { buyingPower, spendableCash } from './buying-power';
import type { RiskFacts } from './facts';
import type { RiskInput, TradingState } from './input';

/** Why the order is refused, for a person; `null` if the rule has nothing against it. */
type Rule = (input: RiskInput, facts: RiskFacts) => string | null;

/**
 * The rules in the order they are asked; the first that objects decides. First who may trade at
 * all, then whether the market can take the order, then the order itself, then what it would do
 * to the account, money last: so the reason is the one that is hardest to mend.
 */
export const RULES: readonly (readonly [RejectReason, Rule])[] = [
  ['stale_order', staleOrder],
  ['account_blocked', ({ account }) => (account.blocked ? 'the account is blocked' : null)],
  ['trade_suspended', tradeSuspended],
  [
    'account_resetting',
    ({ account }) => (account.resetting ? 'the account is being reset; try again soon' : null),
  ],
  ['trading_halted', tradingHalted],
  ['symbol_halted', symbolHalted],
  ['market_closed', marketClosed],
  ['too_late_for_auction', tooLateForAuction],
  ['too_many_open_orders', tooManyOpenOrders],
  ['duplicate_order_suspected', duplicateOrder],
  ['max_order_qty', maxOrderQuantity],
  ['no_reference_price', noReferencePrice],
  ['price_collar', priceCollar],
  ['max_notional', maxNotional],
  ['min_notional', minNotional],
  ['daily_loss_limit', dailyLossLimit],
  ['reduce_only_mode', reduceOnlyMode],
  ['position_limit', positionLimit],
  ['insufficient_qty', insufficientQuantity],
  ['short_not_permitted', shortNotPermitted],
  ['insufficient_buying_power', insufficientBuyingPower],
];

function staleOrder({ nowMs, acceptBeforeMs }: RiskInput): string | null {
  if (acceptBeforeMs === null || nowMs <= acceptBeforeMs) return null;
  return `taken up ${nowMs - acceptBeforeMs} ms after the last moment its sender waited for`;
}

/** What the platform itself places to reduce a position does not ask the owner. */
function tradeSuspended({ account, order }: RiskInput): string | null {
  return account.suspended && !order.forced ? 'the owner takes no new orders' : null;
}

function tradingHalted(input: RiskInput): string | null {
  return tradingState(input) === 'HALTED' ? 'no new orders while trading is halted' : null;
}

/** The stricter of the account's state and everybody's. */
export function tradingState({ account, globalTradingState }: RiskInput): TradingState {
  const states = [account.tradingState, globalTradingState];
  if (states.includes('HALTED')) return 'HALTED';
  return states.includes('REDUCING') ? 'REDUCING' : 'ACTIVE';
}

/** Everything else waits in the book and joins it when the halt ends. */
function symbolHalted({ instrument, order }: RiskInput): string | null {
  if (!instrument.halted || order.timeInForce !== 'fok') return null;
  return `${instrument.symbol} is halted; an order that is fok cannot wait for its end`;
}

function marketClosed({ instrument, order }: RiskInput): string | null {
  if (instrument.sessionOpen) return null;
  if (order.timeInForce !== 'ioc' && order.timeInForce !== 'fok') return null;
  return `${instrument.symbol} is closed; an order that is ${order.timeInForce} cannot wait`;
}

const ONE_SHARE = powerOfTen(QUANTITY_SCALE);
/** As at the exchange: no more orders for the close in the ten minutes before it. */
const CLOSING_ORDERS_END_MS = 10 * 60_000;

function tooLateForAuction({ instrument, order }: RiskInput): string | null {
  const { auctions, symbol } = instrument;
  if (auctions.kind === 'always' || auctions.closesInMs === null) return null;
  if (order.timeInForce === 'opg') return `${symbol} has opened; send it after the close`;
  if (order.timeInForce !== 'cls' || auctions.closesInMs > CLOSING_ORDERS_END_MS) return null;
  return `${symbol} closes in ${Math.ceil(auctions.closesInMs / 1_000)} s`;
}

function tooManyOpenOrders({ account, limits }: RiskInput): string | null {
  if (limits.maxOpenOrders === null || account.openOrders < limits.maxOpenOrders) return null;
  return `${account.openOrders} orders are open, the limit is ${limits.maxOpenOrders}`;
}

function duplicateOrder({ account }: RiskInput): string | null {
  return account.duplicateOf === null ? null : `equal to ${account.duplicateOf}`;
}

function maxOrderQuantity({ order, limits }: RiskInput): string | null {
  const { maxOrderQuantity: limit } = limits;
  if (limit === null || order.quantity <= limit) return null;
  return `quantity ${formatQuantity(order.quantity)}, the limit is ${formatQuantity(limit)}`;
}

function noReferencePrice({ instrument }: RiskInput, { hold }: RiskFacts): string | null {
  return hold === null ? `${instrument.symbol} has no price yet; a limit order needs none` : null;
}

/**
 * A price far on the passive side is no mistake: the order just waits for it. One that waits for a
 * stop is measured from there, as its protection would be, because that is where it trades.
 */
function priceCollar({ order, limits, market }: RiskInput): string | null {
  const { limitPrice, side } = order;
  const reference = order.stopPrice ?? market.last;
  if (limits.priceCollarPpm === null || limitPrice === null || reference === null) return null;
  const bound = collarBound(side, reference, limits.priceCollarPpm);
  if (side === 'buy' ? limitPrice <= bound : limitPrice >= bound) return null;
  const direction = side === 'buy' ? 'above' : 'below';
  return `limit ${formatPrice(limitPrice)} is ${direction} ${formatPrice(bound)}, the collar`;
}

function maxNotional({ limits }: RiskInput, { notional }: RiskFacts): string | null {
  const { maxNotional: limit } = limits;
  if (limit === null || notional === null || notional <= limit) return null;
  return `worth up to ${formatCash(notional)}, the limit is ${formatCash(limit)}`;
}

/** What is left of a position may be worth less, and must still be closable. */
function minNotional({ limits }: RiskInput, facts: RiskFacts): string | null {
  const { minNotional: limit = null } = limits;
  if (limit === null || facts.notional === null || facts.notional >= limit) return null;
  if (onlyReduces(facts)) return null;
  return `worth ${formatCash(facts.notional)}, the least is ${formatCash(limit)}`;
}

function dailyLossLimit(input: RiskInput, facts: RiskFacts): string | null {
  if (!isLossReached(input) || onlyReduces(facts)) return null;
  const [lost, limit] = [input.account.dayLoss ?? 0n, input.limits.dailyLossLimit ?? 0n];
  return `lost ${formatCash(lost)} today, the limit is ${formatCash(limit)}`;
}

export function isLossReached({ account, limits }: RiskInput): boolean {
  const { dailyLossLimit: limit } = limits;
  return limit !== null && account.dayLoss !== null && account.dayLoss >= limit;
}

function reduceOnlyMode(input: RiskInput, facts: RiskFacts): string | null {
  if (tradingState(input) !== 'REDUCING' || onlyReduces(facts)) return null;
  return `${formatQuantity(facts.reducible)} can be closed on this side`;
}

/** Two orders that close the same shares cannot overshoot: working ones are counted off. */
function onlyReduces({ exposure, reducible }: RiskFacts): boolean {
  return exposure <= reducible;
}

/** Who buys back what it sold short frees collateral: it needs the cash, not the equity. */
function coversShort(side: Side, facts: RiskFacts): boolean {
  return side === 'buy' && facts.reducible > 0n && onlyReduces(facts);
}

function positionLimit(
  { order, limits, position, working }: RiskInput,
  { exposure }: RiskFacts,
): string | null {
  const { maxPosition: limit } = limits;
  if (limit === null || exposure === 0n) return null;
  const worst =
    order.side === 'buy'
      ? position.quantity + working.buyQuantity + exposure
      : -position.quantity + working.sellQuantity + exposure;
  if (worst <= limit) return null;
  return `could reach ${formatQuantity(worst)}, the limit is ${formatQuantity(limit)}`;
}

function insufficientQuantity(
  { order, position }: RiskInput,
  { exposure, opensShort, reducible, holdIncrease }: RiskFacts,
): string | null {
  if (order.side === 'buy' || opensShort) return null;
  const { availableShares: available } = position;
  const free = available < reducible ? available : reducible;
  const refusal = (needed: bigint, there: bigint): string =>
    `${formatQuantity(needed)} needed, ${formatQuantity(there)} available`;
  if (exposure > 0n && exposure > free) return refusal(exposure, free);
  // An exit whose shares its sibling has sold holds none, although its own end is not booked yet.
  return holdIncrease > available ? refusal(holdIncrease, available) : null;
}

function shortNotPermitted(
  { account, instrument, order, working }: RiskInput,
  { opensShort }: RiskFacts,
): string | null {
  if (!opensShort) return null;
  if (account.multiplier === 1) return 'a cash account sells only what it has';
  if (!account.shortingEnabled) return 'the account may not sell short';
  if (!instrument.shortable) return `${instrument.symbol} cannot be sold short`;
  if (order.quantity % ONE_SHARE !== 0n) return 'only whole shares can be sold short';
  return working.buyQuantity > 0n ? 'a buy order of the same symbol is open' : null;
}

function insufficientBuyingPower({ account, order }: RiskInput, facts: RiskFacts): string | null {
  const { hold, holdIncrease } = facts;
  if (hold?.unit !== USD || order.forced) return null;
  const power = coversShort(order.side, facts) ? spendableCash(account) : buyingPower(account);
  if (holdIncrease <= power) return null;
  return `${formatCash(holdIncrease)} needed, ${formatCash(power)} available`;
}
