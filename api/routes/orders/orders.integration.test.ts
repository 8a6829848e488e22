import { randomUUID } from 'node:crypto';
import request from 'supertest';
import {
  insertTestOrder,
  openTestAccount,
  seedTestAssets,
  type TestAccount,
} from '../../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database';
import { startTestApi, type TestApi } from '../../../test/harness/test-api';
import { assetIdOf } from '../../../schema/asset-id';
import { OrderResource } from '../../resources/order';

/** Postgres and Temporal are real; no worker runs, so what is started stays unjudged. */
let database: TestDatabase;
let api: TestApi;
let away: TestApi;
let alice: TestAccount;
let bob: TestAccount;

beforeAll(async () => {
  database = await createTestDatabase();
  const temporalAddress = process.env['EVERFILL_TEST_TEMPORAL_ADDRESS'] ?? '';
  const limits = { orderDeadlineMs: 1_500 };
  api = await startTestApi({ databaseUrl: database.url, temporalAddress, limits });
  away = await startTestApi({ databaseUrl: database.url, limits: { orderDeadlineMs: 200 } });
  await seedTestAssets(api.db, ['SPY', 'AAPL']);
  alice = await openTestAccount(api.db);
  bob = await openTestAccount(api.db);
});
afterAll(async () => {
  await away.close();
  await api.close();
  await database.drop();
});

const anOrder = (changes: object = {}) => ({
  symbol: 'SPY',
  qty: '10',
  side: 'buy',
  type: 'limit',
  limit_price: '90.50',
  ...changes,
});
const post = (body: object, to = api, account = alice) =>
  request(to.url).post('/orders').set(account.headers).send(body);
const get = (path: string, account = alice) => request(api.url).get(path).set(account.headers);

async function countOrders(): Promise<number> {
  const { count } = await api.db
    .selectFrom('orders')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

describe('POST /orders refuses, names field and rule, and stores nothing', () => {
  test.each([
    {
      name: 'an unknown symbol',
      body: { symbol: 'NOPE' },
      code: 'unknown_symbol',
      field: 'symbol',
    },
    { name: 'a negative quantity', body: { qty: -1 }, code: 'invalid_quantity', field: 'qty' },
    {
      name: 'a quantity of 20 digits',
      body: { qty: '12345678901234567890' },
      code: 'invalid_quantity',
      field: 'qty',
    },
    { name: 'a fraction of a share', body: { qty: 0.5 }, code: 'invalid_quantity', field: 'qty' },
    {
      name: 'more digits than a quantity has',
      body: { qty: '1.0000000001' },
      code: 'invalid_quantity',
      field: 'qty',
    },
    {
      name: 'a sub-penny price',
      body: { limit_price: '90.505' },
      code: 'invalid_price_increment',
      field: 'limit_price',
    },
    {
      name: 'more digits than a price has',
      body: { limit_price: 90.50001 },
      code: 'invalid_price_increment',
      field: 'limit_price',
    },
    {
      name: 'a price beyond all prices',
      body: { limit_price: '99999999999' },
      code: 'invalid_price',
      field: 'limit_price',
    },
    {
      name: 'a limit order without its price',
      body: { limit_price: null },
      code: 'unsupported_combination',
      field: 'limit_price',
    },
    {
      name: 'a market order with a price',
      body: { type: 'market' },
      code: 'unsupported_combination',
      field: 'limit_price',
    },
  ])('$name', async ({ body, code, field }) => {
    const before = await countOrders();
    const answer = await post(anOrder(body));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code, errors: [expect.objectContaining({ field })] });
    expect(await countOrders()).toBe(before);
  });

  test('every broken rule at once', async () => {
    const answer = await post(anOrder({ qty: '-1', limit_price: '1.005', type: 'stop' }));
    const fields = (answer.body as { errors: { field: string }[] }).errors.map(
      ({ field }) => field,
    );
    expect(fields).toEqual(['qty', 'limit_price', 'limit_price', 'stop_price']);
  });
});

describe('while Temporal is away', () => {
  test('an order is 503 and may have been taken', async () => {
    const answer = await post(anOrder({ client_order_id: 'away-1' }), away);
    expect(answer.status).toBe(503);
    expect(answer.get('Retry-After')).toBe('1');
    expect(answer.body).toMatchObject({ taken: 'maybe', client_order_id: 'away-1' });
    expect((answer.body as { detail: string }).detail).toContain("client_order_id 'away-1'");
  });

  test('a cancel is 503 too', async () => {
    const orderId = await insertTestOrder(api.db, alice.accountId);
    const answer = await request(away.url).delete(`/orders/${orderId}`).set(alice.headers);
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ taken: 'maybe', order_id: orderId });
  });
});

describe('an order that is started and not yet judged', () => {
  const body = anOrder({ client_order_id: 'async-1' });
  const postAsync = (changes: object = {}) =>
    post({ ...body, ...changes }).set('Prefer', 'respond-async');
  let started: request.Response;
  let orderId: string;

  beforeAll(async () => {
    started = await postAsync();
    orderId = OrderResource.parse(started.body).id;
  });

  test('is answered with 202', () => {
    expect(started.status).toBe(202);
    expect(started.get('Preference-Applied')).toBe('respond-async');
  });

  test('is pending_new to its owner, under both of its ids', async () => {
    const expected = { id: orderId, status: 'pending_new', qty: '10', limit_price: '90.5' };
    const byId = await get(`/orders/${orderId}`);
    expect(byId.status).toBe(200);
    expect(OrderResource.parse(byId.body)).toMatchObject(expected);
    const byClientId = await get('/orders:by_client_order_id?client_order_id=async-1');
    expect(byClientId.body).toMatchObject(expected);
  });

  test('is not there for anybody else', async () => {
    const answer = await get(`/orders/${orderId}`, bob);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'order_not_found' });
  });

  test('is found again by the same request', async () => {
    const answer = await postAsync({ limit_price: 90.5 });
    expect(answer.status).toBe(202);
    expect(answer.get('Idempotent-Replayed')).toBe('true');
    expect((answer.body as { id: string }).id).toBe(orderId);
  });

  test('is a conflict for another body', async () => {
    const answer = await postAsync({ qty: '11' });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'client_order_id_conflict', order_id: orderId });
  });

  test('that was terminated before it was judged may be placed again', async () => {
    const again = { ...body, client_order_id: 'terminated-1' };
    const first = await post(again).set('Prefer', 'respond-async');
    const { id } = OrderResource.parse(first.body);
    await api.temporal.workflow.getHandle(`order:${id}`).terminate('test');
    expect((await get(`/orders/${id}`)).status).toBe(404);
    expect((await post(again)).body).toMatchObject({ taken: 'maybe' });
    expect((await get(`/orders/${id}`)).body).toMatchObject({ id, status: 'pending_new' });
  });

  test('keeps a client waiting no longer than the deadline', async () => {
    const answer = await post(body);
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ taken: 'maybe', order_id: orderId });
  });
});

describe('GET /orders', () => {
  let carol: TestAccount;
  const ids: string[] = [];
  const at = (second: number) => `2026-01-15T14:30:0${second}.123456Z`;

  beforeAll(async () => {
    carol = await openTestAccount(api.db);
    const rows = [
      { accepted_at: at(1), side: 'buy' as const },
      { accepted_at: at(2), side: 'sell' as const, symbol: 'AAPL' },
      { accepted_at: at(3), status: 'canceled' as const, closed_at: at(9) },
      // Two in one microsecond: only the id tells them apart.
      { accepted_at: at(4), order_id: '00000000-0000-4000-8000-00000000000a' },
      { accepted_at: at(4), order_id: '00000000-0000-4000-8000-00000000000b' },
    ];
    for (const row of rows) ids.push(await insertTestOrder(api.db, carol.accountId, row));
  });

  const list = async (query: string, account = carol): Promise<string[]> => {
    const answer = await get(`/orders?${query}`, account);
    expect(answer.status).toBe(200);
    return (answer.body as { id: string }[]).map(({ id }) => id);
  };
  const pick = (...positions: number[]) => positions.map((position) => ids[position]);

  test.each([
    { query: '', expected: [4, 3, 1, 0] },
    { query: 'status=all&direction=asc', expected: [0, 1, 2, 3, 4] },
    { query: 'status=closed', expected: [2] },
    { query: 'symbols=AAPL,MSFT', expected: [1] },
    { query: `symbols=${assetIdOf('AAPL')}`, expected: [1] },
    { query: 'side=sell', expected: [1] },
    { query: 'nested=True&limit=2', expected: [4, 3] },
    { query: `status=all&after=${at(2)}`, expected: [4, 3, 2] },
    { query: `status=all&until=${at(2)}`, expected: [0] },
    { query: 'after=2026-01-16', expected: [] },
    { query: 'asset_class=us_equity,crypto&limit=1', expected: [4] },
    { query: 'asset_class=us_equity&asset_class=crypto&limit=1', expected: [4] },
    { query: 'asset_class=crypto', expected: [] },
  ])('?$query', async ({ query, expected }) => {
    expect(await list(query)).toEqual(pick(...expected));
  });

  test('pages join exactly, also inside one microsecond', async () => {
    const seen: string[] = [];
    let path = '/orders?status=all&limit=2';
    for (let page = 0; page < 10 && path !== ''; page += 1) {
      const answer = await get(path, carol);
      seen.push(...(answer.body as { id: string }[]).map(({ id }) => id));
      path = /<(.*)>/.exec(answer.get('Link') ?? '')?.[1] ?? '';
    }
    expect(seen).toEqual(pick(4, 3, 2, 1, 0));
  });

  test('nested, the exits of a list stand under the order that leads it, if that is there', async () => {
    const dora = await openTestAccount(api.db);
    const legs = { order_class: 'bracket', side: 'sell' } as const;
    const entry = await insertTestOrder(api.db, dora.accountId, {
      accepted_at: at(1),
      order_class: 'bracket',
      list_role: 'entry',
    });
    const list = { root_id: entry, workflow_id: `order:${entry}`, ...legs };
    const profit = await insertTestOrder(api.db, dora.accountId, {
      ...list,
      accepted_at: at(1),
      list_role: 'take_profit',
      status: 'held',
    });
    const nested = async (query: string) =>
      ((await get(`/orders?nested=true&${query}`, dora)).body as OrderResource[]).map((order) => [
        order.id,
        ...(order.legs ?? []).map(({ id }) => id),
      ]);
    expect(await nested('')).toEqual([[entry, profit]]);
    expect(await nested('side=sell')).toEqual([[profit]]);
    await api.db
      .updateTable('orders')
      .set({ status: 'filled', filled_quantity: '10', closed_at: new Date() })
      .where('order_id', '=', entry)
      .execute();
    expect(await nested('')).toEqual([[profit]]);
    expect(await nested('status=all')).toEqual([[entry, profit]]);
  });

  test('is bounded by other orders, also inside one microsecond', async () => {
    expect(await list(`status=all&after_order_id=${ids[3] ?? ''}`)).toEqual(pick(4));
    expect(await list(`status=all&before_order_id=${ids[3] ?? ''}`)).toEqual(pick(2, 1, 0));
    const between = `after_order_id=${ids[0] ?? ''}&before_order_id=${ids[4] ?? ''}`;
    expect(await list(`status=all&${between}`)).toEqual(pick(3, 2, 1));
  });

  test('shows nobody the orders of another account', async () => {
    expect(await list('status=all', bob)).toEqual([]);
  });

  test('writes numbers in their shortest form and times with microseconds', async () => {
    const answer = await get(`/orders/${ids[2] ?? ''}`, carol);
    expect(OrderResource.parse(answer.body)).toMatchObject({
      qty: '10',
      limit_price: '90.5',
      filled_avg_price: null,
      submitted_at: at(3),
      canceled_at: at(9),
      filled_at: null,
    });
  });
});

describe('an id that is not there', () => {
  test.each([
    { name: 'of another account', method: 'get' as const },
    { name: 'of another account', method: 'delete' as const },
    { name: 'of another account', method: 'patch' as const },
  ])('$name is 404 for $method', async ({ method }) => {
    const orderId = await insertTestOrder(api.db, bob.accountId);
    const answer = await request(api.url)
      [method](`/orders/${orderId}`)
      .set(alice.headers)
      .send({ qty: '1' });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'order_not_found' });
  });

  test.each(['nonsense', randomUUID(), '%00', "1' or '1'='1"])('%s is 404', async (id) => {
    const answer = await get(`/orders/${encodeURIComponent(id)}`);
    expect(answer.status).toBe(404);
  });
});

describe('a closed order', () => {
  test.each(['filled', 'canceled', 'expired', 'replaced'] as const)(
    '%s cannot be canceled or replaced',
    async (status) => {
      const orderId = await insertTestOrder(api.db, alice.accountId, {
        status,
        closed_at: new Date(),
        filled_quantity: status === 'filled' ? '10' : '0',
      });
      const canceled = await request(api.url).delete(`/orders/${orderId}`).set(alice.headers);
      expect(canceled.status).toBe(422);
      expect(canceled.body).toMatchObject({ code: 'order_not_cancelable', order_status: status });
      const replaced = await request(api.url)
        .patch(`/orders/${orderId}`)
        .set(alice.headers)
        .send({ qty: 5 });
      expect(replaced.status).toBe(422);
      expect(replaced.body).toMatchObject({ code: 'order_not_replaceable', order_status: status });
    },
  );

  test('whose cancel is on its way is 204 again', async () => {
    const orderId = await insertTestOrder(api.db, alice.accountId, { status: 'pending_cancel' });
    const answer = await request(away.url).delete(`/orders/${orderId}`).set(alice.headers);
    expect(answer.status).toBe(204);
  });
});

describe('PATCH', () => {
  const patch = (orderId: string, body: object) =>
    request(away.url).patch(`/orders/${orderId}`).set(alice.headers).send(body);

  test.each([
    { name: 'nothing', body: {}, status: 400, field: 'qty' },
    {
      name: 'a sub-penny price',
      body: { limit_price: '1.005' },
      status: 422,
      field: 'limit_price',
    },
    {
      name: 'a price its type has not',
      body: { stop_price: '5' },
      status: 422,
      field: 'stop_price',
    },
    { name: 'a negative quantity', body: { qty: '-5' }, status: 422, field: 'qty' },
    { name: 'an unknown field', body: { side: 'sell' }, status: 400, field: 'side' },
  ])('refuses $name', async ({ body, status, field }) => {
    const answer = await patch(await insertTestOrder(api.db, alice.accountId), body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ errors: [expect.objectContaining({ field })] });
  });

  test('refuses a client order id that another order has', async () => {
    const taken = await insertTestOrder(api.db, alice.accountId, { client_order_id: 'taken' });
    const orderId = await insertTestOrder(api.db, alice.accountId);
    const answer = await patch(orderId, { qty: '5', client_order_id: 'taken' });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'client_order_id_conflict', order_id: taken });
  });
});
