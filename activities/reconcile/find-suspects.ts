import { type Kysely, sql } from 'kysely';
import { OPEN_STATUSES, type Side } from '../../domain/order/order';
import type { Database } from '../../schema/database';

/** A root order that needs a workflow: it is open, or the book's reports on it are not booked. */
export interface NeedyRoot {
  readonly rootId: string;
  readonly workflowId: string;
  readonly accountId: string;
  readonly symbol: string;
  readonly side: Side;
  /** False: all its rows are closed, only reports wait. */
  readonly open: boolean;
}

const openStatuses = sql.join(OPEN_STATUSES.map((status) => sql.lit(status)));

/** Roots that have needed a workflow for longer than `olderThanMs`, oldest first. */
export async function findNeedyRoots(
  db: Kysely<Database>,
  olderThanMs: number,
): Promise<NeedyRoot[]> {
  const before = sql`now() - make_interval(secs => ${olderThanMs / 1_000})`;
  const { rows } = await sql<NeedyRoot>`
    select root_id as "rootId", workflow_id as "workflowId", account_id as "accountId", symbol,
      side, bool_or(open) as open
    from (
      select root_id, workflow_id, account_id, symbol, side, accepted_at as since, true as open
      from orders where status in (${openStatuses}) and accepted_at < ${before}
      union all
      select orders.root_id, workflow_id, orders.account_id, orders.symbol, side,
        reports.created_at as since, false as open
      from execution_reports reports join orders on orders.order_id = reports.order_id
      where reports.settled_at is null and reports.created_at < ${before}
    ) as needy
    group by root_id, workflow_id, account_id, symbol, side
    order by min(since)`.execute(db);
  return rows;
}

export interface ClosedRoot {
  readonly rootId: string;
  readonly symbol: string;
}

/** Of these roots the ones whose every row is closed; unknown ids are left out. */
export async function findClosedRoots(
  db: Kysely<Database>,
  rootIds: readonly string[],
): Promise<ClosedRoot[]> {
  const { rows } = await sql<ClosedRoot>`
    select root.order_id as "rootId", root.symbol
    from unnest(${rootIds}::uuid[]) as told(root_id)
    join orders root on root.order_id = told.root_id
    where not exists (select from orders where orders.root_id = told.root_id
      and status in (${openStatuses}))`.execute(db);
  return rows;
}
