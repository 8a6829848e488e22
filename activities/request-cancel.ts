import type { Kysely } from 'kysely';
import { advanceOrder } from '../domain/order/advance';
import { isClosed } from '../domain/order/order';
import { RefusalError } from '../domain/refusal';
import type { Database } from '../schema/database';
import type { CancelAnswer } from '../workflows/contract';
import { lockAccount, type Trx } from './account-state';
import { noChanges, writeChanges } from './changes';
import { findRootOrders, type StoredOrder, toOrderUpdate } from './order-rows';

export interface CancelInput {
  readonly rootId: string;
  readonly accountId: string;
  readonly symbol: string;
  /** `null` cancels whatever of the root is open, and never refuses. */
  readonly orderId: string | null;
}

/**
 * Queues the cancel of an order for the book, which decides whether it comes in time. A pending
 * replacement is canceled with the order it would replace: only the book knows which of the two
 * will be live. Safe to repeat: an order already `pending_cancel` stays so.
 *
 * @throws RefusalError `order_not_found`, `order_not_cancelable`.
 */
export async function requestCancel(
  db: Kysely<Database>,
  input: CancelInput,
): Promise<CancelAnswer> {
  return db.transaction().execute(async (trx) => {
    await lockAccount(trx, input.accountId);
    const orders = await findRootOrders(trx, input.rootId);
    const named = orders.find((order) => order.orderId === input.orderId);
    if (input.orderId !== null) {
      if (named === undefined) throw new RefusalError('order_not_found');
      if (isClosed(named.status)) {
        throw new RefusalError('order_not_cancelable', `The order is ${named.status} already`, {
          status: named.status,
        });
      }
    }
    const targets = orders.filter(
      (order) =>
        !isClosed(order.status) &&
        order.status !== 'pending_cancel' &&
        (named === undefined || order === named || order.replaces === named.orderId),
    );
    const revisions = await readRevisions(trx, targets);
    const changes = noChanges();
    for (const target of targets) {
      const { order, transition, event } = advanceOrder(target, 'request_cancel');
      changes.orders.push(toOrderUpdate(order));
      changes.transitions.push({
        order_id: order.orderId,
        from_status: transition.from,
        event: transition.event,
        to_status: transition.to,
        report_id: null,
      });
      changes.events.push({
        account_id: input.accountId,
        type: event.type,
        order_id: order.orderId,
        data: event.data,
      });
      changes.commands.push({
        symbol: order.symbol,
        order_id: order.orderId,
        kind: 'cancel',
        revision: revisions.get(order.orderId) ?? 0,
        payload: {},
      });
    }
    await writeChanges(trx, changes);
    const last = named ?? orders.at(-1);
    if (last === undefined) throw new RefusalError('order_not_found');
    return { orderId: last.orderId, status: targets.length > 0 ? 'pending_cancel' : last.status };
  });
}

/** How often each was asked to be canceled before: the book may have refused, and is asked anew. */
async function readRevisions(
  trx: Trx,
  orders: readonly StoredOrder[],
): Promise<Map<string, number>> {
  if (orders.length === 0) return new Map();
  const rows = await trx
    .selectFrom('market_commands')
    .select(({ fn }) => ['order_id', fn.countAll<string>().as('asked')])
    .where(
      'order_id',
      'in',
      orders.map((order) => order.orderId),
    )
    .where('kind', '=', 'cancel')
    .groupBy('order_id')
    .execute();
  return new Map(rows.map((row) => [row.order_id ?? '', Number(row.asked)]));
}
