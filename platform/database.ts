import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import type { Database } from '../schema/database';
import { LIMITS } from './limits';
import { PreparedClient } from './prepared-client';

export interface DatabaseOptions {
  readonly databaseUrl: string;
  /** Seen in pg_stat_activity. */
  readonly name: string;
  readonly poolSize: number;
  readonly onError: (error: Error) => void;
  /** Told how long each statement took. */
  readonly onQuery?: (durationMs: number) => void;
  /** For checks that read whole tables; they set their own bound on the server. */
  readonly queryTimeoutMs?: number;
  /**
   * Plan each prepared statement once a connection. For processes that run the same few statements
   * with short lists: Postgres takes a list it does not know for longer than ours are, finds the
   * plan for the values at hand cheaper, and would plan the largest statements every time.
   */
  readonly planOnce?: boolean;
}

/** Of a connection, for such processes. */
export const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan';

export interface DatabaseHandle {
  readonly db: Kysely<Database>;
  readonly pool: Pool;
}

/** A pool whose every wait is bounded, so that a frozen peer costs seconds, not a process. */
export function createDatabase(options: DatabaseOptions): DatabaseHandle {
  const pool = new Pool({
    Client: PreparedClient,
    connectionString: options.databaseUrl,
    application_name: options.name,
    max: options.poolSize,
    connectionTimeoutMillis: LIMITS.connectTimeoutMs,
    query_timeout: options.queryTimeoutMs ?? LIMITS.queryTimeoutMs,
    statement_timeout: LIMITS.statementTimeoutMs,
    lock_timeout: LIMITS.lockTimeoutMs,
    idle_in_transaction_session_timeout: LIMITS.idleInTransactionTimeoutMs,
    keepAlive: true,
    idleTimeoutMillis: LIMITS.idleConnectionMs,
    ...(options.planOnce === true ? { options: PLAN_ONCE } : {}),
  });
  // An idle connection that dies is the pool's to replace, never a reason to crash.
  pool.on('error', options.onError);
  // The pool listens to idle ones only; one that dies between two statements of a transaction
  // would end the process, although its next statement fails and is tried again.
  pool.on('connect', (client) => {
    client.on('error', options.onError);
  });
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: (event) => options.onQuery?.(event.queryDurationMillis),
  });
  return { db, pool };
}
