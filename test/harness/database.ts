/** A database of its own for every test file, copied from one that was migrated once. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { migrateToLatest } from '../../schema/migrate';

export interface TestDatabase {
  readonly url: string;
  /** Ends whoever is still connected, and removes the database. */
  drop(): Promise<void>;
}

const TEMPLATE = 'everfill_template';

/** The server of this run, from the environment that global-setup.ts prepared. */
function testServerUrl(): string {
  const url = process.env['EVERFILL_TEST_DATABASE_URL'];
  if (url === undefined) {
    throw new Error(
      'EVERFILL_TEST_DATABASE_URL is not set: this Jest project needs ' +
        'globalSetup test/harness/global-setup.ts',
    );
  }
  return url;
}

function urlOf(database: string, serverUrl: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

async function execute(serverUrl: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Creates the migrated template; once a run. */
export async function createTemplateDatabase(serverUrl: string): Promise<void> {
  await execute(serverUrl, `create database ${TEMPLATE}`);
  await migrateToLatest(urlOf(TEMPLATE, serverUrl));
  // A connection to the template would make every copy of it fail.
  await execute(serverUrl, `alter database ${TEMPLATE} with allow_connections false`);
}

/** A new migrated database without rows (well under a second). */
export async function createTestDatabase(): Promise<TestDatabase> {
  return createDatabaseFrom(`template ${TEMPLATE}`);
}

/** A new database in which not even the migrations have run. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabaseFrom('template template0');
}

async function createDatabaseFrom(template: string): Promise<TestDatabase> {
  const serverUrl = testServerUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await execute(serverUrl, `create database ${name} ${template}`);
  return {
    url: urlOf(name, serverUrl),
    drop: () => execute(serverUrl, `drop database if exists ${name} with (force)`),
  };
}
