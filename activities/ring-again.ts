import { sql, type Kysely } from 'kysely';
import type { Database } from '../schema/database';
import type { BellRinger } from './bell-ringer';
import type { RingSchedule } from './ring-schedule';

/** Rings again where reports wait to be settled: a signal may have been lost or dropped. */
export interface RingAgain {
  /**
   * One round: every root that waits long enough, as the schedule allows.
   *
   * @returns How many workflows were rung.
   */
  sweep(scope: RingScope): Promise<number>;
}

export interface RingScope {
  /** Only this symbol; `null` for all. */
  readonly symbol: string | null;
  /** Reports younger than this are still on their way. */
  readonly olderThanMs: number;
}

export interface RingAgainOptions {
  readonly db: Kysely<Database>;
  readonly ringer: BellRinger;
  readonly schedule: RingSchedule;
  /** Milliseconds of a clock that never runs back. */
  readonly now: () => number;
}

/** Reports one round looks at, the oldest first. */
const REPORTS_PER_SWEEP = 2_000;

export function createRingAgain({ db, ringer, schedule, now }: RingAgainOptions): RingAgain {
  return {
    async sweep(scope) {
      const unsettled = await findUnsettledRoots(db, scope, schedule.resting(now()));
      const byRoot = new Map(unsettled.map((root) => [root.root_id, root]));
      const due = schedule.take([...byRoot.keys()], now());
      for (const rootId of due) {
        const root = byRoot.get(rootId);
        if (root === undefined) continue;
        const sequence = Number(root.sequence);
        ringer.ring(root.workflow_id, { symbol: root.symbol, price: null, sequence });
      }
      return due.length;
    },
  };
}

interface UnsettledRoot {
  readonly root_id: string;
  readonly workflow_id: string;
  readonly symbol: string;
  readonly sequence: string;
}

/** Roots with unsettled reports, the ones that wait longest first, without those named. */
async function findUnsettledRoots(
  db: Kysely<Database>,
  { symbol, olderThanMs }: RingScope,
  without: readonly string[],
): Promise<UnsettledRoot[]> {
  // Two statements: one for both cases could not be planned to read a single symbol's.
  const ofSymbol = symbol === null ? sql`true` : sql`symbol = ${symbol}`;
  const { rows } = await sql<UnsettledRoot>`
    select r.root_id, o.workflow_id, r.symbol, max(r.sequence) as sequence
    from (
      select root_id, order_id, symbol, sequence, created_at from execution_reports
      where settled_at is null and ${ofSymbol}
        and created_at <= now() - make_interval(secs => ${olderThanMs / 1_000})
        and root_id <> all (${without}::uuid[])
      order by created_at limit ${REPORTS_PER_SWEEP}
    ) r join orders o on o.order_id = r.order_id
    group by r.root_id, o.workflow_id, r.symbol
    order by min(r.created_at)`.execute(db);
  return rows;
}
