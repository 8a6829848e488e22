import { closeQuantity, type ClosePart } from '../../domain/close-quantity';
import { formatQuantity, parseQuantity } from '../../domain/decimal';
import { RefusalError } from '../../domain/refusal';
import type { Dependencies } from '../dependencies';
import { findRefusalOf } from '../orders/rejected-order';
import { type SubmitResult, submitOrder } from '../orders/submit-order';
import { beforeAnyEffect } from '../outage';
import { findOrderByClientId } from '../queries/orders';
import { sharesOf } from '../orders/shares';
import { findPositions, type PositionRow } from '../queries/positions';
import { toOrderResource } from '../resources/order';

export interface CloseRequest {
  readonly accountId: string;
  readonly symbolOrId: string;
  readonly part: ClosePart;
  /** The client order id of the closing order: a repeat with it finds that order. */
  readonly key: string;
}

/**
 * Closes a position, or part of it, with a market order on the path of every order. What the key
 * placed before is answered as it stands, also when the position is gone by then.
 *
 * @throws RefusalError `position_not_found`, `insufficient_qty`, `invalid_quantity`,
 *   `client_order_id_conflict`, and whatever a POST of the order throws.
 */
export async function closePosition(
  dependencies: Dependencies,
  request: CloseRequest,
): Promise<SubmitResult> {
  const { accountId, symbolOrId } = request;
  const earlier = await findEarlier(dependencies, request);
  if (earlier !== null) return earlier;
  const [position] = await beforeAnyEffect(findPositions(dependencies.db, accountId, symbolOrId));
  if (position === undefined) throw positionNotFound(symbolOrId);
  return placeClosingOrder(dependencies, request, position);
}

/** Without the look for an earlier order of the key, which the caller has taken. */
export async function placeClosingOrder(
  dependencies: Dependencies,
  { accountId, part, key }: Pick<CloseRequest, 'accountId' | 'part' | 'key'>,
  position: PositionRow,
): Promise<SubmitResult> {
  const held = parseQuantity(position.quantity);
  return submitOrder(dependencies, {
    accountId,
    clientOrderId: key,
    respondAsync: false,
    body: {
      symbol: position.symbol,
      qty: formatQuantity(quantityOf(position, held, part)),
      side: held > 0n ? 'sell' : 'buy',
      type: 'market',
      time_in_force: 'day',
    },
  });
}

async function findEarlier(
  { db }: Dependencies,
  { accountId, symbolOrId, part, key }: CloseRequest,
): Promise<SubmitResult | null> {
  const row = await beforeAnyEffect(findOrderByClientId(db, accountId, key));
  if (row === undefined) return null;
  const named = row.symbol === symbolOrId || row.asset_id === symbolOrId.toLowerCase();
  const sized = part.kind !== 'quantity' || part.quantity === parseQuantity(row.quantity);
  if (!named || !sized || row.type !== 'market') {
    throw new RefusalError(
      'client_order_id_conflict',
      `Idempotency-Key: '${key}' belongs to another order of this account, with other terms.`,
      { field: 'Idempotency-Key', rule: 'unique_client_order_id', order_id: row.order_id },
    );
  }
  const refusal = await findRefusalOf(db, row, true);
  if (refusal !== null) throw refusal;
  return { order: toOrderResource(row), replayed: true, pending: false };
}

function quantityOf(position: PositionRow, held: bigint, part: ClosePart): bigint {
  const quantity = closeQuantity(held, part, position.fractionable);
  if (quantity === null) {
    throw new RefusalError(
      'insufficient_qty',
      `qty: more than the position in ${position.symbol}, which is ${formatQuantity(held)}.`,
      {
        field: 'qty',
        rule: 'within_position',
        ...(part.kind === 'quantity' ? { requested: formatQuantity(part.quantity) } : {}),
        ...sharesOf(position),
      },
    );
  }
  if (quantity > 0n) return quantity;
  throw new RefusalError('invalid_quantity', 'This is less than the smallest quantity.', {
    field: part.kind === 'percentage' ? 'percentage' : 'qty',
    rule: 'smallest_quantity',
  });
}

export function positionNotFound(symbolOrId: string): RefusalError {
  return new RefusalError('position_not_found', `There is no position in ${symbolOrId}.`);
}
