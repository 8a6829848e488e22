import type { Kysely } from 'kysely';
import type { RefusalCode } from '../domain/refusal';
import type { Database } from '../schema/database';
import { findRootOrders } from './order-rows';
import type { Opening } from './orders';
import { toProgress } from './root-progress';
import type { SettleInput } from './settle-executions';

/** Takes up a root whose rows exist: after continue-as-new, or after its run was terminated. */
export async function resumeOrder(db: Kysely<Database>, { rootId }: SettleInput): Promise<Opening> {
  const row = await db
    .selectFrom('orders')
    .select(['order_id', 'fingerprint', 'request_id', 'status', 'reject_reason', 'accepted_at'])
    .where('order_id', '=', rootId)
    .executeTakeFirst();
  if (row === undefined) throw new Error(`no order ${rootId} to resume`);
  return {
    verdict: {
      orderId: row.order_id,
      fingerprint: row.fingerprint,
      requestId: row.request_id,
      status: row.status,
      rejectReason: row.reject_reason as RefusalCode | null,
      acceptedAt: row.accepted_at.toISOString(),
    },
    progress: toProgress(await findRootOrders(db, rootId)),
  };
}
