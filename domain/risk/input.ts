import type { FeeRates } from '../ledger/fees';
import type { UnitAmount } from '../ledger/hold';
import type { OrderType, Side, TimeInForce } from '../order/order';
import type { RejectReason } from '../refusal';

export const TRADING_STATES = ['ACTIVE', 'REDUCING', 'HALTED'] as const;
export type TradingState = (typeof TRADING_STATES)[number];

/** What risk weighs of an order. Prices 1e-4, quantities 1e-9, cash 1e-4, here and below. */
export interface RiskOrder {
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Total. */
  readonly quantity: bigint;
  readonly limitPrice: bigint | null;
  readonly stopPrice: bigint | null;
  /** Of a trailing stop: 1e-4, or millionths. */
  readonly trailPrice?: bigint | null;
  readonly trailPpm?: number | null;
  /** Placed by the platform to reduce a position: it needs no buying power. */
  readonly forced: boolean;
}

/** What buying power is computed from where positions are collateral. */
export interface MarginFigures {
  /** Cash and the value of all positions. */
  readonly equity: bigint;
  /** Half the absolute value of all positions. */
  readonly initialMargin: bigint;
  /** Held for open orders. */
  readonly heldCash: bigint;
}

export interface RiskAccount {
  readonly blocked: boolean;
  /** By its own owner. */
  readonly suspended: boolean;
  readonly resetting: boolean;
  readonly tradingState: TradingState;
  /** 1: a cash account; 2: a margin account. */
  readonly multiplier: 1 | 2;
  readonly shortingEnabled: boolean;
  /** Available USD of the ledger; below zero where the account has borrowed. */
  readonly availableCash: bigint;
  /** How far below zero that may go; 0 for cash accounts. */
  readonly creditLimit: bigint;
  /** `null` for cash accounts. */
  readonly margin: MarginFigures | null;
  /** What the account lost since its day began, above zero a loss; `null`: not known. */
  readonly dayLoss: bigint | null;
  readonly openOrders: number;
  /** An equal order of the last moments; `null` if there is none or nobody looks. */
  readonly duplicateOf: string | null;
}

export interface RiskPosition {
  /** Signed. */
  readonly quantity: bigint;
  /** Shares that no open order holds. */
  readonly availableShares: bigint;
}

/** What the account's open orders on the symbol could still trade, by side. */
export interface WorkingOrders {
  readonly buyQuantity: bigint;
  readonly sellQuantity: bigint;
}

/** What remains of the running session for orders that are meant for its open or close. */
export type AuctionTimes =
  /** A market without a break: its next day is always ahead. */
  | { readonly kind: 'always' }
  /** `closesInMs`: `null` while closed. */
  | { readonly kind: 'session'; readonly closesInMs: number | null };

export interface RiskInstrument {
  readonly symbol: string;
  readonly halted: boolean;
  readonly sessionOpen: boolean;
  readonly auctions: AuctionTimes;
  readonly shortable: boolean;
}

/** The newest prices; `null` before the first. */
export interface MarketPrices {
  readonly last: bigint | null;
  readonly bid: bigint | null;
  readonly ask: bigint | null;
}

/** `null` switches a limit off. */
export interface RiskLimits {
  readonly maxOrderQuantity: bigint | null;
  /** Of orders that do not only reduce a position; USD. */
  readonly minNotional?: bigint | null;
  readonly maxNotional: bigint | null;
  readonly priceCollarPpm: number | null;
  /** Of the absolute position, worst case over the working orders. */
  readonly maxPosition: bigint | null;
  readonly maxOpenOrders: number | null;
  readonly dailyLossLimit: bigint | null;
}

/** Everything the rules look at, as it is under the account's lock. */
export interface RiskInput {
  readonly order: RiskOrder;
  readonly account: RiskAccount;
  readonly globalTradingState: TradingState;
  readonly position: RiskPosition;
  readonly working: WorkingOrders;
  readonly instrument: RiskInstrument;
  readonly market: MarketPrices;
  readonly limits: RiskLimits;
  readonly fees: FeeRates;
  /** Wall clock, epoch milliseconds. */
  readonly nowMs: number;
  /** Later than this nobody waits for the verdict any more; `null`: no deadline. */
  readonly acceptBeforeMs: number | null;
}

export interface RiskRefusal<Reason extends string = RejectReason> {
  readonly accepted: false;
  readonly reason: Reason;
  readonly message: string;
}

export interface RiskAcceptance {
  readonly accepted: true;
  /** What the root must hold from now on. */
  readonly hold: UnitAmount;
  /** For orders without a limit, else `null`. */
  readonly protectionPrice: bigint | null;
  /** What a share of a short sale is held at, `null` unless the order opens a short. */
  readonly shortPrice: bigint | null;
}

export type RiskVerdict = RiskAcceptance | RiskRefusal;
