import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { type Kysely, sql } from 'kysely';
import { OPEN_STATUSES } from '../domain/order/order';
import type { Database } from '../schema/database';
import { mapBounded } from '../platform/map-bounded';
import { type Violation, VIOLATIONS_PER_CHECK } from './invariant';

const DESCRIBES_IN_FLIGHT = 32;

export const WORKFLOWS_MATCH_STATEMENT =
  'At rest every open root has exactly one running workflow, and no closed root has one.';

interface Root {
  readonly root_id: string;
  readonly workflow_id: string;
  readonly open: boolean;
}

/**
 * Compares every root with its workflow. By `describe`, one call a root, because visibility lags;
 * the engine itself never lets two runs of one id run at once.
 */
export async function findUnmatchedWorkflows(
  db: Kysely<Database>,
  temporal: Client,
): Promise<Violation[]> {
  const open = sql.join(OPEN_STATUSES.map((status) => sql.lit(status)));
  const { rows } = await sql<Root>`
    select root_id, workflow_id, bool_or(status in (${open})) as open
    from orders group by root_id, workflow_id`.execute(db);
  const found = await mapBounded(rows, DESCRIBES_IN_FLIGHT, async (root) => {
    const status = await describeStatus(temporal, root.workflow_id);
    if ((status === 'RUNNING') === root.open) return null;
    return {
      problem: root.open
        ? 'an open root has no running workflow'
        : 'a closed root has a running workflow',
      root_id: root.root_id,
      workflow_id: root.workflow_id,
      workflow_status: status,
    };
  });
  return found.filter((violation) => violation !== null).slice(0, VIOLATIONS_PER_CHECK);
}

/** The status of the newest run, or `NOT_FOUND`. */
async function describeStatus(temporal: Client, workflowId: string): Promise<string> {
  try {
    return (await temporal.workflow.getHandle(workflowId).describe()).status.name;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'NOT_FOUND';
    throw error;
  }
}
