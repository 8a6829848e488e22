import { REFUSALS, type RefusalCode } from '../../domain/refusal';
import { ProblemError } from '../problem-error';
import { isRefusalCode } from '../problems';
import type { OrderRow } from '../queries/orders';

/** The field a risk rule looks at; the other rules are about the account or the market. */
const FIELDS: Partial<Record<RefusalCode, string>> = {
  max_order_qty: 'qty',
  max_notional: 'qty',
  min_notional: 'qty',
  position_limit: 'qty',
  insufficient_qty: 'qty',
  insufficient_buying_power: 'qty',
  price_collar: 'limit_price',
  short_not_permitted: 'side',
  symbol_halted: 'symbol',
  no_reference_price: 'symbol',
};

/**
 * The answer to a POST whose order risk refused; `null` for every other order. The refusal is a
 * row: the id is used up, and the same POST gets the same answer.
 */
export function refusalOf(row: OrderRow, replayed: boolean): ProblemError | null {
  const reason = row.reject_reason;
  if (row.status !== 'rejected' || row.reject_source !== 'risk') return null;
  if (reason === null || !isRefusalCode(reason)) return null;
  const message = REFUSALS[reason].title;
  const field = FIELDS[reason];
  return new ProblemError(reason, `${message}; the order is stored as rejected.`, {
    errors: field === undefined ? [] : [{ field, rule: reason, message }],
    headers: replayed ? { 'Idempotent-Replayed': 'true' } : {},
    members: { order_id: row.order_id, client_order_id: row.client_order_id },
  });
}
