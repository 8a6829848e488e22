import type { Client } from '@temporalio/client';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../schema/database';
import { BACKLOG_IS_EMPTY, TRADES_KEEP_THEIR_LIMIT } from './book-checks';
import { findUnmatchedWorkflows, WORKFLOWS_MATCH_STATEMENT } from './engine-checks';
import { EVENTS_HAVE_NO_GAP } from './event-checks';
import type { CheckContext, Invariant, InvariantName, Violation } from './invariant';
import { HOLDS_ARE_HELD, LEDGER_BALANCES } from './ledger-checks';
import {
  ACKNOWLEDGED_ORDERS_EXIST,
  CLIENT_IDS_ARE_UNIQUE,
  FILLS_ADD_UP,
  STATUSES_FOLLOW_THE_TABLE,
} from './order-checks';
import { POSITIONS_ARE_THEIR_FILLS } from './position-checks';

/** I9 asks the engine, so it is not in this table; I11 is about answers, which leave no rows. */
const INVARIANTS: readonly Invariant[] = [
  ACKNOWLEDGED_ORDERS_EXIST,
  CLIENT_IDS_ARE_UNIQUE,
  FILLS_ADD_UP,
  LEDGER_BALANCES,
  POSITIONS_ARE_THEIR_FILLS,
  HOLDS_ARE_HELD,
  STATUSES_FOLLOW_THE_TABLE,
  EVENTS_HAVE_NO_GAP,
  TRADES_KEEP_THEIR_LIMIT,
  BACKLOG_IS_EMPTY,
];

export interface CheckOptions {
  /** True once nothing is under way: checks that only hold at rest are made too. */
  readonly quiescent: boolean;
  /** Order ids that clients were told of. */
  readonly acknowledgedIds?: readonly string[];
  /** Given and quiescent: orders are compared with their workflows (I9). */
  readonly temporal?: Client;
  /** One check may read whole tables. */
  readonly statementTimeoutMs?: number;
}

export interface InvariantResult {
  readonly name: InvariantName;
  readonly statement: string;
  /** Empty when it holds; each row says what is wrong under `problem`. */
  readonly violations: readonly Violation[];
}

/**
 * Checks the stored data against the invariants, in one snapshot, so that it may run under load.
 *
 * @returns One result for each invariant that was checked, broken or not.
 */
export async function checkInvariants(
  db: Kysely<Database>,
  options: CheckOptions,
): Promise<InvariantResult[]> {
  const results = await inSnapshot(db, options, async (snapshot) => {
    const context = { db: snapshot, acknowledgedIds: options.acknowledgedIds ?? [] };
    const found: InvariantResult[] = [];
    for (const invariant of INVARIANTS) {
      found.push(await checkOne(invariant, context, options.quiescent));
    }
    return found;
  });
  if (!options.quiescent || options.temporal === undefined) return results;
  const violations = await findUnmatchedWorkflows(db, options.temporal);
  return [...results, { name: 'I9', statement: WORKFLOWS_MATCH_STATEMENT, violations }];
}

/** Those that do not hold. */
export function brokenInvariants(results: readonly InvariantResult[]): InvariantResult[] {
  return results.filter((result) => result.violations.length > 0);
}

/** Reads in one snapshot, within the bound of the check and not that of the connection. */
export async function inSnapshot<Result>(
  db: Kysely<Database>,
  { statementTimeoutMs = 60_000 }: CheckOptions,
  read: (snapshot: Kysely<Database>) => Promise<Result>,
): Promise<Result> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (snapshot) => {
      const timeout = sql.lit(`${statementTimeoutMs}ms`);
      await sql`set local statement_timeout = ${timeout}`.execute(snapshot);
      return read(snapshot);
    });
}

async function checkOne(
  { name, statement, checks }: Invariant,
  context: CheckContext,
  quiescent: boolean,
): Promise<InvariantResult> {
  const violations: Violation[] = [];
  for (const { problem, holds, find } of checks) {
    if (holds === 'at_rest' && !quiescent) continue;
    for (const violation of await find(context)) violations.push({ problem, ...violation });
  }
  return { name, statement, violations };
}
