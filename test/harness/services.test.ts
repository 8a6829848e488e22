import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { createTestDatabase } from './database';

test('a test database is migrated, empty, and gone once dropped', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ orders: string }>('select count(*) orders from orders');
  expect(rows).toEqual([{ orders: '0' }]);
  await client.end();
  await database.drop();
  const late = new Client({ connectionString: database.url });
  await expect(late.connect()).rejects.toThrow('does not exist');
});

test('two test databases do not see each other', async () => {
  const databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
  expect(databases[0].url).not.toBe(databases[1].url);
  await Promise.all(databases.map((database) => database.drop()));
});

test('the Temporal server of the run answers', async () => {
  const address = process.env['EVERFILL_TEST_TEMPORAL_ADDRESS'] ?? '';
  const connection = await Connection.connect({ address });
  const info = await connection.workflowService.getSystemInfo({});
  expect(info.serverVersion).toMatch(/^\d+\.\d+/);
  await connection.close();
});
