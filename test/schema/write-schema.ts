import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { migrateToLatest } from '../../schema/migrate';
import { startTestPostgres } from '../harness/services';
import { printSchema } from './print-schema';

const SCHEMA_FILE = path.resolve(__dirname, '..', '..', 'schema', 'schema.sql');

/** Writes what the migrations make of an empty database, for a reader and for the test beside. */
async function main(): Promise<void> {
  const { databaseUrl, stop } = await startTestPostgres();
  try {
    await migrateToLatest(databaseUrl);
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    writeFileSync(SCHEMA_FILE, await printSchema(client));
    await client.end();
  } finally {
    await stop();
  }
}

void main();
