import { alpacaCodeOf, alpacaStatusOf, PROBLEM_CODES, type ProblemCode } from './problems';

/** As Alpaca's service numbers them; its clients branch on these. */
test.each<{ code: ProblemCode; status: number; number: number }>([
  { code: 'malformed_request', status: 400, number: 40_010_000 },
  { code: 'missing_field', status: 422, number: 40_010_001 },
  { code: 'client_order_id_conflict', status: 422, number: 40_010_001 },
  { code: 'duplicate_name', status: 422, number: 40_010_001 },
  { code: 'authentication_required', status: 401, number: 40_110_000 },
  { code: 'forbidden', status: 403, number: 40_310_000 },
  { code: 'insufficient_buying_power', status: 403, number: 40_310_000 },
  { code: 'insufficient_qty', status: 403, number: 40_310_000 },
  { code: 'short_not_permitted', status: 403, number: 40_310_000 },
  { code: 'min_notional', status: 403, number: 40_310_000 },
  { code: 'trade_suspended', status: 403, number: 40_310_000 },
  { code: 'order_not_found', status: 404, number: 40_410_000 },
  { code: 'position_not_found', status: 404, number: 40_410_000 },
  { code: 'watchlist_not_found', status: 404, number: 40_410_000 },
  { code: 'account_resetting', status: 409, number: 40_910_000 },
  { code: 'unknown_symbol', status: 422, number: 42_210_000 },
  { code: 'order_not_cancelable', status: 422, number: 42_210_000 },
  { code: 'rate_limited', status: 429, number: 42_910_000 },
  { code: 'internal_error', status: 500, number: 50_010_000 },
])("$code is $status and $number behind Alpaca's door", ({ code, status, number }) => {
  expect([alpacaStatusOf(code, 422), alpacaCodeOf(code)]).toEqual([status, number]);
});

test('every problem has a number of eight digits', () => {
  const odd = PROBLEM_CODES.filter((code) => !/^[45]\d{7}$/.test(String(alpacaCodeOf(code))));
  expect(odd).toEqual([]);
});
