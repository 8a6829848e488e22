import { REFUSALS, type RefusalCode } from '../domain/refusal';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Reasons that are HTTP's, not trading's. */
const API_PROBLEMS = {
  authentication_required: { status: 401, title: 'A valid key is required' },
  forbidden: { status: 403, title: 'This key may not do that' },
  route_not_found: { status: 404, title: 'There is nothing here' },
  account_not_found: { status: 404, title: 'There is no such account' },
  watchlist_not_found: { status: 404, title: 'There is no such watchlist' },
  duplicate_name: { status: 409, title: 'The name is taken' },
  too_many_watchlists: { status: 422, title: 'The account has as many watchlists as it may have' },
  too_many_symbols: { status: 422, title: 'A watchlist holds fewer symbols' },
  method_not_allowed: { status: 405, title: 'The method is not possible here' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body is not in a form we read' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  too_many_streams: { status: 429, title: 'Too many event streams' },
  internal_error: { status: 500, title: 'Something is wrong on our side' },
  service_unavailable: { status: 503, title: 'A part of the service is away' },
} as const satisfies Record<string, ProblemKind>;

export type ApiProblemCode = keyof typeof API_PROBLEMS;

/** The compiler asks for a status the day a refusal is added. */
const REFUSAL_STATUSES = {
  malformed_request: 400,
  invalid_field: 400,
  missing_field: 400,
  unknown_field: 400,
  order_not_found: 404,
  asset_not_found: 404,
  position_not_found: 404,
  unknown_symbol: 422,
  invalid_price_increment: 422,
  invalid_price: 422,
  invalid_quantity: 422,
  unsupported_combination: 422,
  stale_order: 422,
  account_blocked: 403,
  trade_suspended: 403,
  account_resetting: 409,
  trading_halted: 422,
  symbol_halted: 422,
  market_closed: 422,
  too_late_for_auction: 422,
  too_many_open_orders: 422,
  duplicate_order_suspected: 422,
  max_order_qty: 422,
  no_reference_price: 422,
  price_collar: 422,
  max_notional: 422,
  min_notional: 422,
  daily_loss_limit: 422,
  reduce_only_mode: 422,
  position_limit: 422,
  insufficient_qty: 422,
  short_not_permitted: 422,
  insufficient_buying_power: 422,
  client_order_id_conflict: 409,
  order_not_cancelable: 422,
  order_not_replaceable: 422,
  quantity_below_filled: 422,
} as const satisfies Record<RefusalCode, number>;

/** Where Alpaca's service answers with another status than ours. */
const ALPACA_STATUSES: Partial<Record<ProblemCode, number>> = {
  insufficient_buying_power: 403,
  insufficient_qty: 403,
  client_order_id_conflict: 422,
  short_not_permitted: 403,
  min_notional: 403,
  duplicate_name: 422,
};

/** What a field or a parameter can have wrong; the door says with which status. */
const FIELD_PROBLEMS = new Set<ProblemCode>(['invalid_field', 'missing_field', 'unknown_field']);

/** Where Alpaca's number is not its status with the general family. */
const ALPACA_CODES: Partial<Record<ProblemCode, number>> = {
  malformed_request: 40_010_000,
  invalid_field: 40_010_001,
  missing_field: 40_010_001,
  unknown_field: 40_010_001,
  client_order_id_conflict: 40_010_001,
  duplicate_name: 40_010_001,
};

export type ProblemCode = ApiProblemCode | RefusalCode;

export const PROBLEM_CODES = [
  ...Object.keys(API_PROBLEMS),
  ...Object.keys(REFUSALS),
] as ProblemCode[];

export function titleOf(code: ProblemCode): string {
  return code in API_PROBLEMS
    ? API_PROBLEMS[code as ApiProblemCode].title
    : REFUSALS[code as RefusalCode].title;
}

export function statusOf(code: ProblemCode): number {
  return code in API_PROBLEMS
    ? API_PROBLEMS[code as ApiProblemCode].status
    : REFUSAL_STATUSES[code as RefusalCode];
}

export function alpacaStatusOf(code: ProblemCode, invalidStatus: number): number {
  if (FIELD_PROBLEMS.has(code)) return invalidStatus;
  return ALPACA_STATUSES[code] ?? statusOf(code);
}

/** Alpaca's numeric codes are the status and a family: 40310000, 42210000. */
export function alpacaCodeOf(code: ProblemCode): number {
  return ALPACA_CODES[code] ?? (ALPACA_STATUSES[code] ?? statusOf(code)) * 100_000 + 10_000;
}

/** Tells a code of ours from text that another process sent. */
export function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(REFUSALS, text);
}
