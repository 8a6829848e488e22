/**
 * Every expected refusal, with the words a person reads. No HTTP here: the API maps each code to
 * a status, and the compiler asks for one the day a code is added.
 */
interface RefusalEntry {
  /** A short sentence without the particulars of one request. */
  readonly title: string;
  /** Whether the same request, unchanged, can succeed later. */
  readonly retryable: boolean;
}

const final = (title: string): RefusalEntry => ({ title, retryable: false });
const passing = (title: string): RefusalEntry => ({ title, retryable: true });

export const REFUSALS = {
  // Requests that cannot be read, and things that are not there.
  malformed_request: final('The request cannot be read'),
  invalid_field: final('A field has a value it cannot take'),
  missing_field: final('A required field is missing'),
  unknown_field: final('The request carries a field we do not know'),
  order_not_found: final('There is no such order'),
  asset_not_found: final('There is no such asset'),
  position_not_found: final('There is no position in this symbol'),

  // Pure checks of an order: answered at once, nothing is stored.
  unknown_symbol: final('The symbol is not traded here'),
  invalid_price_increment: final('The price is finer than the price increment'),
  invalid_price: final('The price is outside the range of prices'),
  invalid_quantity: final('The quantity cannot be ordered'),
  unsupported_combination: final('These order terms do not go together'),

  // Risk before acceptance: the order is stored as rejected.
  stale_order: final('The order was taken up after its deadline'),
  account_blocked: final('The account is blocked'),
  trade_suspended: final('The owner of the account has suspended its trading'),
  account_resetting: passing('The account is being reset'),
  trading_halted: passing('Trading is halted'),
  symbol_halted: passing('The symbol is halted and this order cannot wait'),
  market_closed: passing('The market is closed and this order cannot wait'),
  too_late_for_auction: passing('The order comes too late for the open or close it is meant for'),
  too_many_open_orders: passing('The account has as many open orders as it may have'),
  duplicate_order_suspected: final('The same order was placed a moment ago'),
  max_order_qty: final('The quantity exceeds the limit for one order'),
  no_reference_price: passing('There is no price yet to protect the order with'),
  price_collar: final('The price is too far through the market'),
  max_notional: final('The value exceeds the limit for one order'),
  min_notional: final('The value is below the least value of an order'),
  daily_loss_limit: passing('The loss of the day has reached its limit'),
  reduce_only_mode: passing('Only orders that reduce a position are taken'),
  position_limit: final('The position could exceed its limit'),
  insufficient_qty: final('There are not enough shares to sell'),
  short_not_permitted: final('This order would open a short position, which is not permitted'),
  insufficient_buying_power: final('There is not enough buying power'),

  // Requests about an order that exists.
  client_order_id_conflict: final('The client order id belongs to another order'),
  order_not_cancelable: final('The order can no longer be canceled'),
  order_not_replaceable: final('The order cannot be replaced as it stands'),
  quantity_below_filled: final('The new quantity is below what is executed already'),
} as const satisfies Record<string, RefusalEntry>;

export type RefusalCode = keyof typeof REFUSALS;

/** What risk can say of a new order; the order ends as a stored `rejected` row. */
export const REJECT_REASONS = [
  'stale_order',
  'account_blocked',
  'trade_suspended',
  'account_resetting',
  'trading_halted',
  'symbol_halted',
  'market_closed',
  'too_late_for_auction',
  'too_many_open_orders',
  'duplicate_order_suspected',
  'max_order_qty',
  'no_reference_price',
  'price_collar',
  'max_notional',
  'min_notional',
  'daily_loss_limit',
  'reduce_only_mode',
  'position_limit',
  'insufficient_qty',
  'short_not_permitted',
  'insufficient_buying_power',
] as const satisfies readonly RefusalCode[];
export type RejectReason = (typeof REJECT_REASONS)[number];

/** A request we understood and refuse; `details` carries data, never prose. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  readonly code: RefusalCode;
  readonly details: Readonly<Record<string, string>>;

  constructor(
    code: RefusalCode,
    message: string = REFUSALS[code].title,
    details: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.details = details;
  }
}
