import { Kysely, Migrator, type Migration, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import * as ordersAndLedger from './migrations/0001-orders-and-ledger';
import * as statusEdges from './migrations/0002-status-edges';
import * as accountPages from './migrations/0003-account-pages';
import * as marketData from './migrations/0004-market-data';
import * as sessionsAndMargin from './migrations/0005-sessions-and-margin';
import * as orderLists from './migrations/0006-order-lists';
import * as feesAShareAndLeastValue from './migrations/0010-fees-a-share-and-least-value';

/** In order; a name never changes after it has landed. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-orders-and-ledger': ordersAndLedger,
  '0002-status-edges': statusEdges,
  '0003-account-pages': accountPages,
  '0004-market-data': marketData,
  '0005-sessions-and-margin': sessionsAndMargin,
  '0006-order-lists': orderLists,
  '0010-fees-a-share-and-least-value': feesAShareAndLeastValue,
};

/**
 * Brings the database to the newest migration and returns the names it applied.
 *
 * Safe under concurrent start: Kysely takes an advisory transaction lock, so a second caller waits
 * and then finds nothing to do.
 */
export async function migrateToLatest(databaseUrl: string): Promise<string[]> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: new Pool({ connectionString: databaseUrl, max: 1 }) }),
  });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw error as Error;
    return (results ?? [])
      .filter((result) => result.status === 'Success')
      .map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}

/** Names of migrations this build knows and the database lacks; empty when it is current. */
export async function findPendingMigrations(db: Kysely<never>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const applied = new Set(rows.map((row) => row.name));
  return Object.keys(MIGRATIONS).filter((name) => !applied.has(name));
}
