import { alpacaMessage } from './alpaca-message';
import type { ProblemCode } from './problems';

const detail = 'our sentence';

/** What programs written for Alpaca's service look for in a message. */
test.each<{ code: ProblemCode; members?: Record<string, string>; message: string }>([
  { code: 'malformed_request', message: 'request body format is invalid' },
  { code: 'authentication_required', message: 'request is not authorized' },
  { code: 'insufficient_buying_power', message: 'insufficient buying power' },
  {
    code: 'insufficient_qty',
    members: { requested: '23', available: '0' },
    message: 'insufficient qty available for order (requested: 23, available: 0)',
  },
  { code: 'insufficient_qty', message: detail },
  { code: 'client_order_id_conflict', message: 'client_order_id must be unique' },
  { code: 'order_not_found', members: { order_id: 'o-1' }, message: 'order not found for o-1' },
  { code: 'order_not_found', message: detail },
  { code: 'asset_not_found', members: { symbol: 'NOPE' }, message: 'asset not found for NOPE' },
  { code: 'unknown_symbol', members: { symbol: 'NOPE' }, message: 'asset "NOPE" not found' },
  { code: 'position_not_found', message: 'position does not exist' },
  {
    code: 'order_not_cancelable',
    members: { order_status: 'filled' },
    message: 'order is already in "filled" state',
  },
  {
    code: 'order_not_replaceable',
    members: { order_status: 'accepted' },
    message: 'cannot replace order in accepted status',
  },
  { code: 'price_collar', message: detail },
])('$code with $members says: $message', ({ code, members = {}, message }) => {
  expect(alpacaMessage({ code, detail, members })).toBe(message);
});
