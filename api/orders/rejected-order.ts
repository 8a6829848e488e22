import { REFUSALS, type RefusalCode } from '../../domain/refusal';
import type { Kysely } from 'kysely';
import { formatQuantity, parseQuantity } from '../../domain/decimal';
import type { Database } from '../../schema/database';
import { readAccount } from '../accounts/read-account';
import { ProblemError } from '../problem-error';
import { isRefusalCode } from '../problems';
import type { OrderRow } from '../queries/orders';
import { findPositions } from '../queries/positions';
import { type Shares, sharesOf } from './shares';

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
 * row: the id is used up, and the same POST gets the same answer. What there was too little of is
 * told as it is now.
 */
export async function findRefusalOf(
  db: Kysely<Database>,
  row: OrderRow,
  replayed: boolean,
): Promise<ProblemError | null> {
  const reason = row.reject_reason;
  if (row.status !== 'rejected' || row.reject_source !== 'risk') return null;
  if (reason === null || !isRefusalCode(reason)) return null;
  const message = REFUSALS[reason].title;
  const field = FIELDS[reason];
  return new ProblemError(reason, `${message}; the order is stored as rejected.`, {
    errors: field === undefined ? [] : [{ field, rule: reason, message }],
    headers: replayed ? { 'Idempotent-Replayed': 'true' } : {},
    members: {
      order_id: row.order_id,
      client_order_id: row.client_order_id,
      ...(await findShortage(db, row, reason)),
    },
  });
}

async function findShortage(
  db: Kysely<Database>,
  { account_id: accountId, symbol, quantity }: OrderRow,
  reason: RefusalCode,
): Promise<object> {
  if (reason === 'insufficient_buying_power') {
    return { buying_power: (await readAccount(db, accountId)).buying_power };
  }
  if (reason !== 'insufficient_qty') return {};
  const [position] = await findPositions(db, accountId, symbol);
  const requested = formatQuantity(parseQuantity(quantity));
  return { requested, ...(position === undefined ? noShares(symbol) : sharesOf(position)) };
}

const noShares = (symbol: string): Shares => ({
  symbol,
  existing_qty: '0',
  held_for_orders: '0',
  available: '0',
});
