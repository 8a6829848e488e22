import { performance } from 'node:perf_hooks';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { type EngineCounts, readEngineCounts } from './engine-counts';
import { type ProcessTimes, readProcessTimes } from './process-times';

/** Everything that is counted, since whenever each counter began. */
export interface Reading extends EngineCounts {
  readonly atMs: number;
  /** Transactions that wrote or notified: each takes a transaction id, one that only reads none. */
  readonly appTransactions: number;
  /** Bytes of Postgres' write-ahead log. */
  readonly walBytes: number;
  readonly cpuMs: ProcessTimes;
}

export interface Meter {
  read(): Promise<Reading>;
}

export interface MeterSources {
  readonly db: Kysely<Database>;
  readonly metricsUrl: string | null;
  readonly databaseFile: string | null;
  /** Asked anew each time: a process that died has another id. */
  readonly pids: () => Readonly<Record<string, number>>;
}

export function createMeter({ db, metricsUrl, databaseFile, pids }: MeterSources): Meter {
  return {
    async read() {
      const engine = await readEngineCounts(metricsUrl, databaseFile);
      const { rows } = await sql<{ xid: string; wal: string }>`
        select pg_snapshot_xmax(pg_current_snapshot())::text as xid,
          pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as wal`.execute(db);
      return {
        ...engine,
        atMs: performance.now(),
        appTransactions: Number(rows[0]?.xid),
        walBytes: Number(rows[0]?.wal),
        cpuMs: readProcessTimes({ ...pids(), bench: process.pid }),
      };
    },
  };
}

/** What was used between two readings, or a second of doing nothing uses. */
export interface Usage {
  readonly seconds: number;
  readonly actions: number;
  readonly engineWrites: number;
  readonly engineCommits: number | null;
  readonly appTransactions: number;
  readonly walBytes: number;
  readonly cpuMs: ProcessTimes;
}

export function usageBetween(before: Reading, after: Reading): Usage {
  return {
    seconds: (after.atMs - before.atMs) / 1_000,
    actions: after.actions - before.actions,
    engineWrites: after.writes - before.writes,
    engineCommits:
      after.commits === null || before.commits === null ? null : after.commits - before.commits,
    appTransactions: after.appTransactions - before.appTransactions,
    walBytes: after.walBytes - before.walBytes,
    cpuMs: mapTimes(after.cpuMs, (value, name) => value - (before.cpuMs[name] ?? 0)),
  };
}

/**
 * What each of `orders` cost. The market's ticks, heartbeats and polls go on whether orders come
 * or not; what they use in the same time, measured while nothing else happened, is taken off.
 */
export function usagePerOrder(busy: Usage, idle: Usage, orders: number): Usage {
  const share = busy.seconds / idle.seconds;
  const each = (used: number, unused: number): number => (used - unused * share) / orders;
  return {
    seconds: busy.seconds / orders,
    actions: each(busy.actions, idle.actions),
    engineWrites: each(busy.engineWrites, idle.engineWrites),
    engineCommits:
      busy.engineCommits === null || idle.engineCommits === null
        ? null
        : each(busy.engineCommits, idle.engineCommits),
    appTransactions: each(busy.appTransactions, idle.appTransactions),
    walBytes: each(busy.walBytes, idle.walBytes),
    cpuMs: mapTimes(busy.cpuMs, (value, name) => each(value, idle.cpuMs[name] ?? 0)),
  };
}

function mapTimes(
  times: ProcessTimes,
  change: (value: number, name: string) => number,
): ProcessTimes {
  return Object.fromEntries(
    Object.entries(times).map(([name, value]) => [name, change(value, name)]),
  );
}
