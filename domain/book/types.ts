import type { OrderType, Side, TimeInForce } from '../order/order';

/**
 * Shapes at the edge of the book. Inside the book prices (1e-4) and quantities (1e-9 shares) are
 * safe integers, because `bigint` arithmetic would halve its speed; acceptance bounds them.
 */
export const MAX_BOOK_PRICE = 1_000_000 * 10_000;
/** 9,000,000 shares in 1e-9: the largest quantity of one order or quote level. */
export const MAX_BOOK_QUANTITY = 9_000_000 * 1_000_000_000;

/**
 * Where an order stands in an order list. The entry comes first; its exits are held until it closes
 * and then live for what it executed. Exits without an entry (one cancels the other) live at once.
 */
export interface ListPlace {
  /** Shared by the members of one list. */
  readonly id: string;
  readonly role: 'entry' | 'exit';
}

/** What ends when two orders of one account meet; the taker's mode decides. */
export const SELF_TRADE_PREVENTIONS = ['expire_maker', 'expire_taker', 'expire_both'] as const;
export type SelfTradePrevention = (typeof SELF_TRADE_PREVENTIONS)[number];

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
  /**
   * How far a trailing stop stays behind the best print since it joined: in 1e-4, or in millionths
   * of that print. Exactly one of the two, and only on this type.
   */
  readonly trailPrice?: number | null;
  readonly trailPercent?: number | null;
  /**
   * The book never trades a market or stop order beyond it. What is left of a `day` or `gtc` one
   * works up to it; without one (`null`) what is left is canceled.
   */
  readonly protectionPrice: number | null;
  readonly postOnly: boolean;
  readonly selfTradePrevention: SelfTradePrevention;
  /** Its owner was told that it waits for the session, so its joining is reported. */
  readonly waits?: boolean;
  /** Absent or `null` for an order of its own. */
  readonly list?: ListPlace | null;
}

export type RestingState =
  /** Live at its limit (or protection) price. */
  | 'resting'
  /** A stop nobody elected yet. */
  | 'untriggered'
  /** Taken while the symbol is halted or closed, or for its open or close; joins in order. */
  | 'waiting'
  /** An exit whose entry is still open. */
  | 'held';

/**
 * An order in the book, with what it takes to rebuild the book after a restart. `stopPrice` and
 * the trail are `null` once the stop is elected, so a row says by itself whether it still waits.
 */
export interface RestingOrder extends BookOrder {
  readonly state: RestingState;
  /** Time priority: smaller goes first; a new number when the place in the queue is lost. */
  readonly priority: number;
}

export interface QuoteLevel {
  readonly price: number;
  readonly size: number;
}

/**
 * What the market maker offers; best level first; a side may be empty. bid < ask or, inside a bar,
 * bid = ask = print. Its two sides never trade with each other.
 */
export interface Quote {
  readonly bids: readonly QuoteLevel[];
  readonly asks: readonly QuoteLevel[];
  /** The print of this tick; `null` when the tick is a quote alone, which elects no stop. */
  readonly print: number | null;
  /** After a jump (a bar's open) crossed orders trade at what is offered, not at their price. */
  readonly gap: boolean;
}

/** What is left of one level of the market maker's quote. */
export interface QuoteLevelState extends QuoteLevel {
  /** The size as it was quoted; `size` is what is left of it, 0 when all is taken. */
  readonly quoted: number;
  readonly priority: number;
}

export interface QuoteState {
  readonly bids: readonly QuoteLevelState[];
  readonly asks: readonly QuoteLevelState[];
}

/** The best print that trailing stops from priority `since` on have seen, up to the next one's. */
export interface TrailState {
  readonly since: number;
  readonly extreme: number;
}

/** Everything of a book that is not a resting order; plain JSON, kept with the feed's cursor. */
export interface BookState {
  readonly quote: QuoteState;
  /** The newest quote that came while nothing matched; applied when the symbol opens again. */
  readonly heldQuote: Quote | null;
  readonly lastPrint: number | null;
  readonly halted: boolean;
  readonly closed: boolean;
  readonly nextPriority: number;
  /**
   * The log of extremes, oldest first; absent while no trailing stop waits. Prints change this log
   * alone and no order, so no row is written for them.
   */
  readonly trails?: { readonly buy: readonly TrailState[]; readonly sell: readonly TrailState[] };
}

/** An open order as it stands until the book's next step, which changes it in place. */
export interface StandingOrder {
  readonly order: BookOrder;
  readonly leaves: number;
  /** False for a stop that still waits for its print. */
  readonly elected: boolean;
  readonly state: RestingState | 'entering' | 'gone';
  readonly priority: number;
}

/** Which orders differ since they were last taken; each id at most once in all. */
export interface BookChanges {
  readonly upserted: readonly StandingOrder[];
  readonly removed: readonly string[];
}

export type ReportKind =
  | 'trade'
  | 'triggered'
  | 'canceled'
  | 'expired'
  | 'rejected'
  | 'replaced'
  | 'cancel_rejected'
  | 'replace_rejected'
  /** An order that waited for its session, or an exit that was held, lives now, for `leaves`. */
  | 'activated'
  /** An exit shrinks to `leaves` because the other one traded (FIX ExecType Restated). */
  | 'restated';

export type ReportReason =
  | 'requested'
  /** The remainder of an ioc order with a limit. */
  | 'ioc_unfilled'
  | 'fok_unfilled'
  /** The remainder of a market or stop order that is ioc or has no protection price to work at. */
  | 'insufficient_liquidity'
  | 'post_only_would_take'
  | 'self_trade_prevented'
  | 'session_close'
  /** What the open or the close left of an opg or cls order. */
  | 'auction_unfilled'
  /** An opg or cls order whose open or close fell into a halt. */
  | 'symbol_halted'
  /** An ioc or fok order that reached the book after the close. */
  | 'market_closed'
  | 'order_not_open'
  /** What asked for it could not be read. */
  | 'malformed_command'
  | 'quantity_below_filled'
  /** The entry of its list closed with nothing executed. */
  | 'entry_unfilled'
  | 'other_exit_filled'
  /** The other exit of its list was canceled or rejected. */
  | 'other_exit_closed';

/**
 * One thing the book did to one order. A trade between two orders gives two reports side by side,
 * taker first, with one `trade` number; a trade with the market maker gives one. An order that
 * rests or waits gives none: its acceptance is known already.
 */
export interface BookReport {
  readonly kind: ReportKind;
  readonly orderId: string;
  /** Only on `replaced` and `replace_rejected`: the order that takes (was to take) the place. */
  readonly replacementId: string | null;
  /** Trade price in 1e-4; 0 unless kind is `trade`. */
  readonly price: number;
  /** Executed quantity in 1e-9; 0 unless kind is `trade`. */
  readonly quantity: number;
  /**
   * What is left open after this report; 0 when it closes the order. On `replaced` it is what the
   * replacement starts with: 0 means that all of it was executed already, so it is filled at once.
   * On `replace_rejected` it is what the order keeps open. On `activated` and `restated` it is the
   * new total less what is executed.
   */
  readonly leaves: number;
  readonly liquidity: 'maker' | 'taker' | null;
  readonly counterparty: 'market_maker' | 'user' | null;
  /** Equal on the two sides of one trade, counted from 1 within the book's life; 0 otherwise. */
  readonly trade: number;
  readonly reason: ReportReason | null;
}

/** What a PATCH asks of the book; `null` prices keep the old ones. */
export interface Replacement {
  readonly orderId: string;
  /** New total, executed part included (FIX OrderQty); in an order list it stays as it is. */
  readonly quantity: number;
  readonly limitPrice: number | null;
  readonly stopPrice: number | null;
  readonly protectionPrice: number | null;
  /** A trailing stop's new distance, in the measure it has; it trails from the last print on. */
  readonly trail?: number | null;
  /** Absent: stays as it is. */
  readonly timeInForce?: TimeInForce;
}
