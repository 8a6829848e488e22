import { type Kysely, sql } from 'kysely';
import { OPEN_STATUSES, type Side } from '../../domain/order/order';
import type { Database } from '../../schema/database';

/** A root order that needs a workflow: it is open, or the book's reports on it are not booked. */
export interface NeedyRoot {
  readonly rootId: string;
  readonly workflowId: string;
  readonly accountId: string;
  readonly symbol: string;
  /** Of the order that leads: the exits of a list are on the other one. */
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
    select root.order_id as "rootId", root.workflow_id as "workflowId",
      root.account_id as "accountId", root.symbol, root.side, bool_or(open) as open
    from (
      select root_id, accepted_at as since, true as open
      from orders where status in (${openStatuses}) and accepted_at < ${before}
      union all
      select root_id, created_at as since, false as open
      from execution_reports where settled_at is null and created_at < ${before}
    ) as needy join orders root on root.order_id = needy.root_id
    group by root.order_id
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
