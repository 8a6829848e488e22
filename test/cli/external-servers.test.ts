import { randomBytes } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { addSearchAttributes } from '../../cli/stack/temporal-namespace';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract';
import { createEmptyDatabase } from '../harness/database';
import { createTestFolder } from '../harness/services';
import { runEverfill, startTestStack } from '../harness/stack';
import { rmSync } from 'node:fs';

const DAY_SECONDS = 86_400;

/** A namespace of the run's server that knows none of our search attributes. */
async function createNamespace(address: string): Promise<string> {
  const namespace = `cli-${randomBytes(4).toString('hex')}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: DAY_SECONDS as never },
  });
  await connection.close();
  return namespace;
}

test('the servers of DATABASE_URL and TEMPORAL_ADDRESS replace the embedded ones', async () => {
  const database = await createEmptyDatabase();
  const address = process.env['EVERFILL_TEST_TEMPORAL_ADDRESS'] ?? '';
  const namespace = await createNamespace(address);
  const env = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  };

  const home = createTestFolder('home');
  const refused = await runEverfill(['up'], { ...env, EVERFILL_HOME: home });
  expect(refused.code).toBe(1);
  for (const name of Object.keys(SEARCH_ATTRIBUTES)) {
    expect(refused.stderr).toContain(
      `temporal operator search-attribute create --address ${address} ` +
        `--namespace ${namespace} --name ${name} --type Keyword`,
    );
  }
  rmSync(home, { recursive: true });

  await addSearchAttributes({ address, namespace }, Object.keys(SEARCH_ATTRIBUTES));
  const stack = await startTestStack({ env });
  const { pids, database_url, temporal_address } = stack.endpoints();
  expect(Object.keys(pids).sort()).toEqual([
    'api',
    'feed-worker',
    'order-worker',
    'platform-worker',
  ]);
  expect({ database_url, temporal_address }).toEqual({
    database_url: database.url,
    temporal_address: address,
  });
  await stack.remove();
  await database.drop();
});
