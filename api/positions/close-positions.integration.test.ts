import request from 'supertest';
import {
  insertTestOrder,
  openTestAccount,
  seedTestAssets,
  type TestAccount,
} from '../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../test/harness/database';
import { startTestApi, type TestApi } from '../../test/harness/test-api';
import { assetIdOf } from '../../schema/asset-id';

/** No worker runs: what reaches the engine is unjudged, and answered with 503. */
let database: TestDatabase;
let api: TestApi;
let alice: TestAccount;

beforeAll(async () => {
  database = await createTestDatabase();
  const temporalAddress = process.env['EVERFILL_TEST_TEMPORAL_ADDRESS'] ?? '';
  const limits = { orderDeadlineMs: 300 };
  api = await startTestApi({ databaseUrl: database.url, temporalAddress, limits });
  await seedTestAssets(api.db, ['SPY', 'AAPL']);
});
beforeEach(async () => {
  alice = await openTestAccount(api.db);
  await hold('SPY', '10');
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

async function hold(symbol: string, quantity: string): Promise<void> {
  await api.db
    .insertInto('positions')
    .values({ account_id: alice.accountId, epoch: 1, symbol, quantity, cost: '950' })
    .execute();
}

const close = (path: string, key?: string) => {
  const sent = request(api.url).delete(`/v2/positions${path}`).set(alice.headers);
  return key === undefined ? sent : sent.set('Idempotency-Key', key);
};

test.each([
  { path: '/AAPL', status: 404, code: 40_410_000, reason: 'position_not_found' },
  { path: '/SPY?qty=11', status: 403, code: 40_310_000, reason: 'insufficient_qty' },
  { path: '/SPY?percentage=1', status: 422, code: 42_210_000, reason: 'invalid_quantity' },
  { path: '/SPY?percentage=101', status: 422, code: 40_010_001, reason: 'invalid_field' },
  { path: '/SPY?qty=-1', status: 422, code: 40_010_001, reason: 'invalid_field' },
  { path: '/SPY?qty=1&percentage=5', status: 422, code: 40_010_001, reason: 'invalid_field' },
])('DELETE $path is refused: $reason', async ({ path, status, code, reason }) => {
  const answer = await close(path);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ code, reason, message: expect.any(String) as string });
});

test('who closes more than there is reads how much there is', async () => {
  expect((await close('/SPY?qty=11')).body).toMatchObject({
    symbol: 'SPY',
    requested: '11',
    existing_qty: '10',
    message: expect.stringMatching(
      /^insufficient qty available for order \(requested: 11,/,
    ) as string,
  });
});

test('what a key placed before is answered as it stands, though the position is gone', async () => {
  const orderId = await insertTestOrder(api.db, alice.accountId, {
    client_order_id: 'close-1',
    symbol: 'AAPL',
    side: 'sell',
    type: 'market',
    limit_price: null,
    status: 'filled',
    filled_quantity: '10',
    closed_at: new Date(),
  });
  for (const path of ['/AAPL', `/${assetIdOf('AAPL')}`, '/AAPL?qty=10', '/AAPL?percentage=50']) {
    const answer = await close(path, 'close-1');
    expect([answer.status, answer.get('Idempotent-Replayed')]).toEqual([200, 'true']);
    expect(answer.body).toMatchObject({ id: orderId, status: 'filled' });
  }
});

test.each(['/SPY', '/AAPL?qty=9'])('a key of another request is a conflict: %s', async (path) => {
  await insertTestOrder(api.db, alice.accountId, {
    client_order_id: 'close-1',
    symbol: 'AAPL',
    type: 'market',
    limit_price: null,
  });
  const answer = await close(path, 'close-1');
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ code: 40_010_001, reason: 'client_order_id_conflict' });
});

describe('DELETE /v2/positions', () => {
  test('answers for each position by itself', async () => {
    await hold('AAPL', '-5');
    await insertTestOrder(api.db, alice.accountId, {
      client_order_id: 'all-1:AAPL',
      symbol: 'AAPL',
      type: 'market',
      limit_price: null,
    });
    const answer = await close('', 'all-1');
    expect(answer.status).toBe(207);
    expect(answer.body).toEqual([
      {
        symbol: 'AAPL',
        status: 200,
        body: expect.objectContaining({ client_order_id: 'all-1:AAPL' }) as object,
      },
      {
        symbol: 'SPY',
        status: 503,
        body: expect.objectContaining({ code: 50_310_000, client_order_id: 'all-1:SPY' }) as object,
      },
    ]);
  });

  test('is empty where there is nothing, and asks for short keys', async () => {
    alice = await openTestAccount(api.db);
    expect((await close('?cancel_orders=True')).body).toEqual([]);
    expect((await close('', 'x'.repeat(81))).status).toBe(422);
  });
});
