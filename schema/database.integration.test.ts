import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../test/harness/database';
import { type Column, readTypedColumns } from '../test/schema/typed-columns';

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What the driver makes of each type: exact numbers arrive as text. */
const READS: Readonly<Record<string, string>> = {
  bigint: 'string',
  numeric: 'string',
  text: 'string',
  uuid: 'string',
  integer: 'number',
  smallint: 'number',
  boolean: 'boolean',
  'timestamp with time zone': 'Date',
  jsonb: 'object',
  ARRAY: 'array',
};

async function readStoredColumns(): Promise<Column[]> {
  const { rows } = await client.query<Omit<Column, 'reads'> & { type: string }>(`
    select table_name || '.' || column_name as name, data_type as type,
      is_nullable = 'YES' as nullable,
      is_nullable = 'YES' or column_default is not null or is_identity = 'YES' as optional
    from information_schema.columns
    where table_schema = 'public' and table_name not like 'kysely_%'
    order by (table_name || '.' || column_name) collate "C"`);
  return rows.map(({ name, type, nullable, optional }) => {
    const reads = READS[type];
    if (reads === undefined) throw new Error(`${name} has type ${type}, unknown to this test`);
    return { name, reads, nullable, optional };
  });
}

test('the types and the catalogue have the same columns', async () => {
  const typed = readTypedColumns();
  expect(typed.length).toBeGreaterThan(100);
  expect(typed).toEqual(await readStoredColumns());
});

test.each([
  { column: 'integer not null', nullable: false, optional: false },
  { column: 'integer not null default 1', nullable: false, optional: true },
  { column: 'integer', nullable: true, optional: true },
])('a column $column that only the catalogue has is seen', async ({ column, ...expected }) => {
  const before = await readStoredColumns();
  await client.query('begin');
  await client.query(`alter table accounts add column mood ${column}`);
  const after = await readStoredColumns();
  await client.query('rollback');
  expect(after.filter(({ name }) => !before.some((old) => old.name === name))).toEqual([
    { name: 'accounts.mood', reads: 'number', ...expected },
  ]);
});
