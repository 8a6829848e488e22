import { orderIdOf } from '../../platform/identity';
import type { Dependencies } from '../dependencies';
import { findAccount } from '../queries/accounts';
import { findOrder, findOrderByClientId } from '../queries/orders';
import type { OrderResource } from '../resources/order';
import { toPendingResource } from '../resources/new-order';
import { findPendingOrder } from './pending-order';
import { toOrderWithLegs } from './with-legs';

type FindDependencies = Pick<Dependencies, 'db' | 'temporal' | 'limits'>;

/** An order of the account as it stands: its row, or `pending_new` while only Temporal has it. */
export async function findOrderResource(
  { db, temporal, limits }: FindDependencies,
  accountId: string,
  orderId: string,
): Promise<OrderResource | null> {
  const row = await findOrder(db, accountId, orderId);
  if (row !== undefined) return toOrderWithLegs(db, row);
  const deadline = Date.now() + limits.orderDeadlineMs;
  const pending = await findPendingOrder(temporal, accountId, orderId, deadline);
  if (pending === null) return null;
  // It may have been accepted between the two looks.
  const accepted = await findOrder(db, accountId, orderId);
  return accepted === undefined
    ? toPendingResource(pending.order, pending.startedAt)
    : toOrderWithLegs(db, accepted);
}

/** As above, by the id its owner gave it, in the account's present epoch. */
export async function findResourceByClientId(
  dependencies: FindDependencies,
  accountId: string,
  clientOrderId: string,
): Promise<OrderResource | null> {
  const row = await findOrderByClientId(dependencies.db, accountId, clientOrderId);
  if (row !== undefined) return toOrderWithLegs(dependencies.db, row);
  const account = await findAccount(dependencies.db, accountId);
  if (account === undefined) return null;
  const orderId = orderIdOf(accountId, account.epoch, clientOrderId);
  return findOrderResource(dependencies, accountId, orderId);
}
