import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { findAccount } from '../queries/accounts';
import { listOrders } from '../queries/orders';
import { findPositions } from '../queries/positions';
import { ProblemError } from '../problem-error';
import { type AccountResource, toAccountResource } from '../resources/account';
import type { OrderResource } from '../resources/order';
import { toOrdersWithLegs } from '../orders/with-legs';
import { type PositionResource, toPositionResource } from '../resources/position';

/** An account at one moment; events with a larger sequence come after it. */
export interface Snapshot {
  readonly sequence: number;
  readonly account: AccountResource;
  /** Open orders, newest first; at most 500. */
  readonly orders: readonly OrderResource[];
  readonly positions: readonly PositionResource[];
}

const MAXIMUM_ORDERS = 500;

/** One transaction's view, so that the sequence and the rest belong together. */
export async function readSnapshot(db: Kysely<Database>, accountId: string): Promise<Snapshot> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const account = await findAccount(trx, accountId);
      if (account === undefined) throw new ProblemError('account_not_found', 'No such account.');
      const positions = await findPositions(trx, accountId);
      const orders = await listOrders(trx, {
        accountId,
        status: 'open',
        limit: MAXIMUM_ORDERS,
        direction: 'desc',
        symbols: [],
      });
      return {
        sequence: Number(account.event_sequence),
        account: toAccountResource(account, positions),
        orders: await toOrdersWithLegs(trx, orders),
        positions: positions.map(toPositionResource),
      };
    });
}
