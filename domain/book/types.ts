import type { OrderType, Side, TimeInForce } from '../order/order';

/**
 * Shapes at the edge of the book. Inside the book prices (1e-4) and quantities (1e-9 shares) are
 * safe integers, because `bigint` arithmetic would halve its speed; acceptance bounds them.
 */
export const MAX_BOOK_PRICE = 1_000_000 * 10_000;
/** 9,000,000 shares in 1e-9: the largest quantity of one order or quote level. */
export const MAX_BOOK_QUANTITY = 9_000_000 * 1_000_000_000;

export type SelfTradePrevention = 'expire_maker' | 'expire_taker' | 'expire_both';

/** An order as the book takes it; `null` where the type has no such price. */
export interface BookOrder {
  readonly orderId: string;
  readonly accountId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Total, executed part included. */
  readonly quantity: number;
  /** Executed so far, what a replaced order passed on included. */
  readonly filled: number;
  readonly limitPrice: number | null;
  readonly stopPrice: number | null;
  /** The book never trades a market or stop order beyond it. */
  readonly protectionPrice: number | null;
  readonly postOnly: boolean;
  readonly selfTradePrevention: SelfTradePrevention;
}

export type RestingState =
  /** Live at its limit (or protection) price. */
  | 'resting'
  /** A stop nobody elected yet. */
  | 'untriggered'
  /** Taken while the symbol is halted or closed; joins in order of entry. */
  | 'waiting';

/** An order in the book, with what it takes to rebuild the book after a restart. */
export interface RestingOrder extends BookOrder {
  readonly state: RestingState;
  /** Time priority: smaller goes first; a new number when the place in the queue is lost. */
  readonly priority: number;
}

export interface QuoteLevel {
  readonly price: number;
  readonly size: number;
}

/** What the market maker offers; best level first; a side may be empty. bid < ask or bid = ask = print. */
export interface Quote {
  readonly bids: readonly QuoteLevel[];
  readonly asks: readonly QuoteLevel[];
  /** The print of this tick; `null` when the tick is a quote alone, which elects no stop. */
  readonly print: number | null;
  /** After a jump (a bar's open) crossed orders trade at what is offered, not at their own price. */
  readonly gap: boolean;
}

export type ReportKind =
  | 'trade'
  | 'triggered'
  | 'canceled'
  | 'expired'
  | 'rejected'
  | 'replaced'
  | 'cancel_rejected'
  | 'replace_rejected';

export type ReportReason =
  | 'requested'
  | 'ioc_unfilled'
  | 'fok_unfilled'
  | 'insufficient_liquidity'
  | 'post_only_would_take'
  | 'self_trade_prevented'
  | 'session_close'
  | 'order_not_open'
  | 'quantity_below_filled';

/**
 * One thing the book did to one order. A trade between two orders gives two reports side by side,
 * taker first, with one `trade` number; a trade with the market maker gives one.
 */
export interface BookReport {
  readonly kind: ReportKind;
  readonly orderId: string;
  /** Only on `replaced` and `replace_rejected`: the order that takes (would have taken) the place. */
  readonly replacementId: string | null;
  /** Trade price in 1e-4; 0 unless kind is `trade`. */
  readonly price: number;
  /** Executed quantity in 1e-9; 0 unless kind is `trade`. */
  readonly quantity: number;
  /** What is left open after this report; 0 when it closes the order. */
  readonly leaves: number;
  readonly liquidity: 'maker' | 'taker' | null;
  readonly counterparty: 'market_maker' | 'user' | null;
  /** Equal on the two sides of one trade, counted from 1 within the book's life; 0 otherwise. */
  readonly trade: number;
  readonly reason: ReportReason | null;
}

/** What a PATCH asks of the book; absent values keep the old ones. */
export interface Replacement {
  readonly orderId: string;
  /** New total, executed part included (FIX OrderQty). */
  readonly quantity: number;
  readonly limitPrice: number | null;
  readonly stopPrice: number | null;
  readonly protectionPrice: number | null;
}
