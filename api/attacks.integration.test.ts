import request from 'supertest';
import {
  insertTestOrder,
  openTestAccount,
  seedTestAssets,
  type TestAccount,
} from '../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../test/harness/database';
import { startTestApi, type TestApi } from '../test/harness/test-api';
import type { ProblemResource } from './resources/problem';

/** What an attacker, or a client with a bug, sends to every door; Temporal is not even needed. */
let database: TestDatabase;
let api: TestApi;
let alice: TestAccount;
let orderId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.url });
  await seedTestAssets(api.db, ['SPY']);
  alice = await openTestAccount(api.db, ['trade', 'read', 'admin']);
  orderId = await insertTestOrder(api.db, alice.accountId);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

interface Attack {
  readonly name: string;
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly status: number;
  /** `[field, rule]` of the first error; absent where it is about no field. */
  readonly broken?: readonly [string, string];
}

/** An order that is wrong in no other way, as text: some numbers cannot be written otherwise. */
const order = (field: string, value: string) => {
  const fields = { symbol: '"SPY"', side: '"buy"', type: '"limit"', qty: '1', limit_price: '90' };
  const parts = Object.entries({ ...fields, [field]: value });
  return `{${parts.map(([name, text]) => `"${name}":${text}`).join()}}`;
};
const orderWith = (
  field: string,
  value: string,
  status: number,
  rule: string,
  name = `${field} ${value}`.slice(0, 60),
): Attack => ({ name, body: order(field, value), status, broken: [field, rule] });
/** Alpaca's trading door answers 422 for a field that breaks a rule, its market data 400. */
const refusalOf = (path: string): number =>
  path.startsWith('/v2/') && !path.startsWith('/v2/stocks/') ? 422 : 400;
const query = (path: string, field: string, rule: string): Attack => ({
  name: path.slice(0, 60),
  method: 'GET',
  path,
  status: refusalOf(path),
  broken: [field, rule],
});
const post = (
  path: string,
  body: string,
  field: string,
  rule: string,
  status = refusalOf(path),
): Attack => ({
  name: `${path} ${body}`.slice(0, 80),
  path,
  body,
  status,
  broken: [field, rule],
});

const NUMBERS: readonly Attack[] = [
  ...['"1e2"', '1e400', '" 1"', '"1."', '".5"', '"1,000"', '"0x10"', '"١"', '"NaN"'].map((text) =>
    orderWith('qty', text, 400, 'decimal'),
  ),
  ...['true', '{}', '[1]', `"${'9'.repeat(65)}"`].map((text) =>
    orderWith('qty', text, 400, 'decimal'),
  ),
  orderWith('qty', '-0', 422, 'quantity_positive'),
  orderWith('qty', '"-0.0"', 422, 'quantity_positive'),
  orderWith('qty', '1e-10', 422, 'quantity_digits'),
  orderWith('qty', '9007199254740993', 422, 'quantity_maximum'),
  orderWith('qty', `"${'9'.repeat(64)}"`, 422, 'quantity_maximum'),
  orderWith('limit_price', '1e-5', 422, 'price_increment'),
  { name: 'a leading zero of a JSON number', body: order('qty', '01'), status: 400 },
  orderWith('limit_price', '"0090.005"', 422, 'price_increment'),
  orderWith('limit_price', '-0', 422, 'price_range'),
  orderWith('limit_price', '1000000.01', 422, 'price_range'),
];

const TEXTS: readonly Attack[] = [
  orderWith('client_order_id', '"\\ud800"', 400, 'printable'),
  orderWith('client_order_id', '"a\\nb"', 400, 'printable'),
  orderWith('client_order_id', '""', 400, 'too_small'),
  orderWith('client_order_id', `"${'x'.repeat(129)}"`, 400, 'too_big'),
  orderWith('client_order_id', '["a"]', 400, 'invalid_type'),
  orderWith('symbol', '"SPY\' or 1=1"', 400, 'invalid_format'),
  orderWith('side', '"BUY"', 400, 'invalid_value'),
  orderWith('extended_hours', '"true"', 400, 'invalid_type'),
  orderWith('take_profit', '[]', 400, 'invalid_type'),
  orderWith('stop_loss', '5', 400, 'invalid_type'),
  { name: 'U+0000', body: order('client_order_id', '"\\u0000"'), status: 400 },
  {
    name: 'an unknown field inside a field',
    body: order('stop_loss', '{"stop_price":"80","limitprice":"79"}'),
    status: 400,
    broken: ['stop_loss.limitprice', 'unknown_field'],
  },
  {
    name: 'another key than the id',
    body: order('client_order_id', '"a"'),
    headers: { 'Idempotency-Key': 'b' },
    status: 400,
    broken: ['client_order_id', 'same_key'],
  },
  {
    name: 'an empty key',
    body: order('qty', '1'),
    headers: { 'Idempotency-Key': '' },
    status: 400,
    broken: ['Idempotency-Key', 'printable'],
  },
];

const QUERIES: readonly Attack[] = [
  query('/orders?limit=99999999999999999999', 'limit', 'invalid_format'),
  query('/orders?limit=1e2', 'limit', 'invalid_format'),
  query('/orders?limit=1&limit=2', 'limit', 'invalid_type'),
  query('/v2/orders?limit=1&limit=2', 'limit', 'invalid_type'),
  query('/orders?page_token=%00', 'page_token', 'invalid_format'),
  query('/orders?after=0000-01-01', 'after', 'instant'),
  query('/orders?until=2026-01-01T25:00:00Z', 'until', 'instant'),
  query(`/orders?symbols=${'A,'.repeat(3_000)}`, 'symbols', 'too_big'),
  query('/orders?symbols=%27%3B--', 'symbols.0', 'invalid_format'),
  query('/orders?constructor=1', 'constructor', 'unknown_field'),
  query('/v2/orders:by_client_order_id?client_order_id=%00', 'client_order_id', 'printable'),
  query('/positions/%00', 'symbol', 'invalid_format'),
  query('/v2/account/activities?page_token=%00x', 'page_token', 'activity_id'),
  query('/v2/account/portfolio/history?period=99999999999D', 'period', 'too_big'),
  query('/v2/calendar?start=0001-01-01&end=9999-12-31', 'end', 'too_big'),
  query('/v2/stocks/SPY/bars?timeframe=99999999999999Min', 'timeframe', 'timeframe'),
  query('/v2/stocks/SPY/bars?timeframe=1Min&page_token=%00', 'page_token', 'page_token'),
  query('/events?since=99999999999999999999', 'since', 'invalid_format'),
  ...['/orders/..%2f..%2fetc%2fpasswd', '/orders/%00', '/docs/..%2fpackage.json', '//orders'].map(
    (path): Attack => ({ name: path, method: 'GET', path, status: 404 }),
  ),
];

const BODIES: readonly Attack[] = [
  post('/v2/account/reset', '{"cash":"-1"}', 'cash', 'cash_range'),
  post('/v2/account/reset', '{"cash":1e30}', 'cash', 'cash_range'),
  post('/v2/account/reset', '5', '', 'invalid_type'),
  post('/v2/watchlists', '{"name":"\\ud800","symbols":[]}', 'name', 'printable'),
  post('/v2/watchlists', '{"name":"x","symbols":[1]}', 'symbols.0', 'invalid_type'),
  post('/admin/accounts', '{"name":"a","cash":"1","multiplier":3}', 'multiplier', 'multiplier'),
  post('/admin/feed/SPY', '{"action":"set_price","price":"0"}', 'price', 'price_range', 422),
  post(
    '/admin/trading-state',
    '{"state":"HALTED","account_id":"x"}',
    'account_id',
    'invalid_format',
  ),
];

test.each([...NUMBERS, ...TEXTS, ...QUERIES, ...BODIES])(
  '$name is $status, says what is wrong and leaves nothing behind',
  async ({ method = 'POST', path = '/orders', body, headers = {}, status, broken }) => {
    const before = await countRows();
    const call = request(api.url)[method.toLowerCase() as 'get' | 'post'](path).set(alice.headers);
    const answer = await (body === undefined
      ? call.set(headers)
      : call.set({ 'Content-Type': 'application/json', ...headers }).send(body));
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    const problem = answer.body as ProblemResource;
    const [first] = problem.errors;
    expect(first && [first.field, first.rule]).toEqual(broken);
    expect(await countRows()).toEqual(before);
  },
);

test.each([
  { body: '{"trail":"1"}', field: 'trail' },
  { body: '{"limit_price":"90.005"}', field: 'limit_price' },
  { body: '{"qty":"0"}', field: 'qty' },
  { body: '{"qty":"1.5"}', field: 'qty' },
  { body: '{"stop_price":"80"}', field: 'stop_price' },
])('a PATCH with $body names $field as it was sent', async ({ body, field }) => {
  const answer = await request(api.url)
    .patch(`/orders/${orderId}`)
    .set({ ...alice.headers, 'Content-Type': 'application/json' })
    .send(body);
  expect(answer.status).toBe(422);
  expect((answer.body as ProblemResource).errors[0]?.field).toBe(field);
});

async function countRows(): Promise<unknown> {
  const counts: Record<string, unknown> = {};
  for (const table of ['orders', 'watchlists', 'market_commands', 'account_resets'] as const) {
    const { count } = await api.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow();
    counts[table] = count;
  }
  return counts;
}
