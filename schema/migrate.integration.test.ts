import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Kysely, Migrator, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import { EDGES } from '../domain/order/transitions';
import { createEmptyDatabase, type TestDatabase } from '../test/harness/database';
import { printSchema } from '../test/schema/print-schema';
import { findPendingMigrations, migrateToLatest, MIGRATIONS } from './migrate';

const NAMES = Object.keys(MIGRATIONS);

async function withEmptyDatabase<Result>(
  use: (database: TestDatabase) => Promise<Result>,
): Promise<Result> {
  const database = await createEmptyDatabase();
  try {
    return await use(database);
  } finally {
    await database.drop();
  }
}

async function query<Row extends object>({ url }: TestDatabase, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

async function printOf({ url }: TestDatabase): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await printSchema(client);
  } finally {
    await client.end();
  }
}

test('migrations apply in order to an empty database, and only once', () =>
  withEmptyDatabase(async (database) => {
    expect(await migrateToLatest(database.url)).toEqual(NAMES);
    expect(await migrateToLatest(database.url)).toEqual([]);
  }));

test('five processes that migrate at once apply each migration once', () =>
  withEmptyDatabase(async (database) => {
    const applied = await Promise.all(
      Array.from({ length: 5 }, () => migrateToLatest(database.url)),
    );
    expect(applied.filter((names) => names.length > 0)).toEqual([NAMES]);
    const edges = await query(database, 'select * from order_status_edges');
    expect(edges).toHaveLength(EDGES.length);
  }));

test('a database that lacks a migration says which', () =>
  withEmptyDatabase(async (database) => {
    await migrateToLatest(database.url);
    const newest = NAMES.at(-1)!;
    await query(database, `delete from kysely_migration where name = '${newest}'`);
    const db = new Kysely<never>({
      dialect: new PostgresDialect({ pool: new Pool({ connectionString: database.url, max: 1 }) }),
    });
    expect(await findPendingMigrations(db)).toEqual([newest]);
    await db.destroy();
  }));

test('commands of before 0007 wait or were applied as before', () =>
  withEmptyDatabase(async (database) => {
    const db = new Kysely<never>({
      dialect: new PostgresDialect({ pool: new Pool({ connectionString: database.url, max: 1 }) }),
    });
    const getMigrations = () => Promise.resolve(MIGRATIONS);
    const migrator = new Migrator({ db, provider: { getMigrations } });
    await migrator.migrateTo('0006-order-lists');
    await query(
      database,
      `insert into assets (symbol, asset_id, name, venue, asset_class, source)
         values ('SPY', gen_random_uuid(), 'SPY', 'SIM', 'us_equity', '{}');
       insert into market_commands (symbol, kind, applied_sequence, applied_tick) values
         ('SPY', 'halt', 2, 40), ('SPY', 'unhalt', 1, null), ('SPY', 'pause', null, null)`,
    );
    expect((await migrator.migrateToLatest()).error).toBeUndefined();
    await db.destroy();
    expect(await query(database, 'select * from market_steps order by last_sequence')).toEqual([
      { symbol: 'SPY', last_sequence: '1', tick_index: '0', command_ids: ['2'] },
      { symbol: 'SPY', last_sequence: '2', tick_index: '40', command_ids: ['1'] },
    ]);
    expect(await query(database, 'select * from pending_commands')).toEqual([
      { symbol: 'SPY', command_id: '3' },
    ]);
  }));

test('schema.sql is what the migrations make; `npm run gen:schema` writes it anew', () =>
  withEmptyDatabase(async (database) => {
    await migrateToLatest(database.url);
    const written = readFileSync(path.join(__dirname, 'schema.sql'), 'utf8');
    expect((await printOf(database)).split('\n')).toEqual(written.split('\n'));
  }));

test('the table of edges is the state machine of the domain, with how a row begins', () =>
  withEmptyDatabase(async (database) => {
    await migrateToLatest(database.url);
    const stored = await query<Record<string, string>>(
      database,
      'select * from order_status_edges',
    );
    const lines = stored.map(
      (edge) => `${edge['from_status']} ${edge['event']} ${edge['to_status']}`,
    );
    const legal = EDGES.map((edge) => edge.join(' '));
    expect(lines.sort()).toEqual(legal.sort());
    expect(legal.filter((edge) => edge.startsWith('none '))).toHaveLength(4);
  }));
