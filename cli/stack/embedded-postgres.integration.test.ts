import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTestFolder } from '../../test/harness/services';
import { describePostgres, preparePostgres } from './embedded-postgres';

const folder = createTestFolder('cluster');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a cluster is created once and found again, with its password', async () => {
  const created = await preparePostgres({ folder, durable: false });
  const found = await preparePostgres({ folder, durable: false });
  expect(found).toEqual(created);
  expect(statSync(path.join(folder, 'cluster.json')).mode & 0o777).toBe(0o600);
});

test('the note of a killed server whose pid now belongs to somebody else is removed', async () => {
  const cluster = await preparePostgres({ folder, durable: false });
  const note = path.join(cluster.dataFolder, 'postmaster.pid');
  writeFileSync(note, `${process.pid}\n${cluster.dataFolder}\n`);
  await describePostgres(cluster, 1).beforeStart?.();
  expect(existsSync(note)).toBe(false);
});

test('data of another major version is refused with a way out', async () => {
  const cluster = await preparePostgres({ folder, durable: false });
  writeFileSync(path.join(cluster.dataFolder, 'PG_VERSION'), '12\n');
  await expect(preparePostgres({ folder, durable: false })).rejects.toThrow(
    /created by Postgres 12, installed is \d+; dump it with Postgres 12/,
  );
});
