import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../schema/database';

export const INVARIANT_NAMES = [
  'I1',
  'I2',
  'I3',
  'I4',
  'I5',
  'I6',
  'I7',
  'I8',
  'I9',
  'I10',
  'I12',
] as const;
export type InvariantName = (typeof INVARIANT_NAMES)[number];

/** One thing that is wrong, with the ids and numbers it takes to look into it. */
export type Violation = Readonly<Record<string, unknown>>;

export interface CheckContext {
  /** A snapshot: every check of one run sees the same moment. */
  readonly db: Kysely<Database>;
  /** Ids that clients were told of; empty when nobody kept them. */
  readonly acknowledgedIds: readonly string[];
}

export interface Check {
  /** What is wrong with the rows it returns; goes into each violation as `problem`. */
  readonly problem: string;
  /** `always`: in every snapshot, under load too. `at_rest`: once nothing is under way. */
  readonly holds: 'always' | 'at_rest';
  readonly find: (context: CheckContext) => Promise<Violation[]>;
}

/** A promise about the stored data, and the checks that would notice it broken. */
export interface Invariant {
  readonly name: InvariantName;
  readonly statement: string;
  readonly checks: readonly Check[];
}

/** Enough to act on; a broken invariant with a million rows is not better told by all of them. */
export const VIOLATIONS_PER_CHECK = 100;

/** A check that is one query: each row of it is a violation. */
export function query(
  problem: string,
  holds: Check['holds'],
  build: (context: CheckContext) => RawBuilder<unknown>,
): Check {
  return {
    problem,
    holds,
    find: async (context) => {
      const { rows } = await sql<Violation>`
        select * from (${build(context)}) as violations limit ${VIOLATIONS_PER_CHECK}`.execute(
        context.db,
      );
      return rows;
    },
  };
}
