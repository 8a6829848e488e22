import request from 'supertest';
import { openTestAccount, type TestAccount } from '../../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database';
import { startTestApi, type TestApi } from '../../../test/harness/test-api';

let database: TestDatabase;
let api: TestApi;
let admin: TestAccount;

const NONE = {
  account_id: null,
  max_order_qty: null,
  max_notional: null,
  min_notional: null,
  max_position: null,
  daily_loss_limit: null,
  max_open_orders: null,
  price_collar_ppm: null,
  duplicates: null,
};

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.url });
  admin = await openTestAccount(api.db, ['admin']);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const PATH = '/admin/risk-limits';
const get = (query = '') =>
  request(api.url)
    .get(PATH + query)
    .set(admin.headers);
const patch = (body: object) => request(api.url).patch(PATH).set(admin.headers).send(body);

test('limits are changed one by one, for everybody and for an account', async () => {
  const { accountId } = admin;
  expect((await get()).body).toEqual(NONE);
  await patch({ max_order_qty: 500, max_open_orders: '20' });
  const both = await patch({ daily_loss_limit: '2500.00', max_open_orders: null });
  const everybody = { ...NONE, max_order_qty: '500', daily_loss_limit: '2500' };
  expect([both.status, both.body]).toEqual([200, everybody]);
  const duplicates = { orders: 2, window_ms: 1_000 };
  await patch({ account_id: accountId, max_position: '0.5', duplicates, price_collar_ppm: 10_000 });
  const own = { ...NONE, account_id: accountId, max_position: '0.5', price_collar_ppm: 10_000 };
  expect((await get(`?account_id=${accountId}`)).body).toEqual({ ...own, duplicates });
  expect((await get()).body).toEqual(everybody);
  expect((await patch({ account_id: accountId, duplicates: null })).body).toEqual(own);
});

test('a change leaves the trading state alone, and the other way round', async () => {
  const state = { state: 'REDUCING' };
  await request(api.url).post('/admin/trading-state').set(admin.headers).send(state);
  await patch({ max_notional: '1000' });
  const row = await api.db
    .selectFrom('risk_limits')
    .select(['trading_state', 'max_notional'])
    .where('account_id', 'is', null)
    .executeTakeFirstOrThrow();
  expect(row).toMatchObject({ trading_state: 'REDUCING', max_notional: '1000.0000' });
});

test.each([
  { max_order_qty: '0' },
  { max_order_qty: '-1' },
  { max_notional: '1000000000001' },
  { max_position: '0.0000000001' },
  { price_collar_ppm: 1_000_000 },
  { duplicates: { orders: 1 } },
  { limit: '1' },
])('%j is refused', async (body) => {
  expect((await patch(body)).status).toBe(400);
});

test('only of an account that exists, and with a key that may', async () => {
  const nobody = '00000000-0000-4000-8000-00000000dead';
  expect((await get(`?account_id=${nobody}`)).status).toBe(404);
  expect((await patch({ account_id: nobody, max_notional: '1' })).status).toBe(404);
  const trader = await openTestAccount(api.db);
  expect((await request(api.url).get(PATH).set(trader.headers)).status).toBe(403);
});
