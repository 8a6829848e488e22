import { Kysely, PostgresDialect } from 'kysely';
import type { Database } from '../../schema/database';
import type { EdgeDatabase } from './edge-database';

export interface RecordedStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The statements of one transaction, without its begin and commit. */
export type RecordedTransaction = readonly RecordedStatement[];

/**
 * Runs each step once and keeps the statements it sent, so that the same statements can be sent
 * again by a loop that does nothing else: what Postgres and its driver take by themselves.
 */
export async function recordStatements<Input>(
  database: EdgeDatabase,
  inputs: readonly Input[],
  step: (db: Kysely<Database>, input: Input) => Promise<unknown>,
): Promise<RecordedTransaction[]> {
  let statements: RecordedStatement[] = [];
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool: database.pool }),
    log: ({ query }) => {
      if (query.parameters.length > 0) {
        statements.push({ text: query.sql, values: query.parameters });
      }
    },
  });
  const recorded: RecordedTransaction[] = [];
  for (const input of inputs) {
    statements = [];
    await step(db, input);
    recorded.push(statements);
  }
  return recorded;
}

/** Sends a recorded transaction again, each statement prepared as the product prepares them. */
export async function replay(
  { pool }: EdgeDatabase,
  transaction: RecordedTransaction,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    for (const { text, values } of transaction) await client.query(text, [...values]);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
