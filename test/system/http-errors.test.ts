import { randomUUID } from 'node:crypto';
import { ProblemResource } from '../../api/resources/problem';
import { startTestStack, type TestStack } from '../harness/stack';
import { waitFor } from '../harness/wait-for';
import {
  acceptedOrder,
  type Broker,
  call,
  expectInvariants,
  openAccount,
  openBroker,
  type OrderAnswer,
  type OrderRequest,
  placeOrder,
  type Trader,
  waitForStatus,
} from './broker';

/** Requests that are wrong in every way a client has found so far, against the whole stack. */
let stack: TestStack;
let broker: Broker;
let alice: Trader;
let bob: Trader;

beforeAll(async () => {
  stack = await startTestStack();
  broker = openBroker(stack);
  alice = await openAccount(broker, 'alice', '100000');
  bob = await openAccount(broker, 'bob', '100000');
}, 120_000);

afterAll(async () => {
  await broker.close();
  await stack.remove();
}, 60_000);

const GOOD: OrderRequest = {
  symbol: 'SPY',
  qty: '1',
  side: 'buy',
  type: 'limit',
  limit_price: '250',
  time_in_force: 'gtc',
};
/** A good order with whatever a client might put in the place of its fields. */
const anOrder = (changes: object = {}): object => ({ ...GOOD, ...changes });

interface Raw {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

/** Sends what no client library would. */
async function sendRaw({ method = 'POST', path = '/orders', body, headers = {} }: Raw) {
  const response = await fetch(`${stack.endpoints().api}${path}`, {
    method,
    headers: {
      'APCA-API-KEY-ID': alice.keyId,
      'APCA-API-SECRET-KEY': alice.secret,
      'Content-Type': 'application/json',
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const type = response.headers.get('Content-Type');
  return { status: response.status, type, text: await response.text() };
}

/** Everything a request could leave behind. */
async function countRows(): Promise<Record<string, string>> {
  const counts: Record<string, string> = {};
  for (const table of ['orders', 'events', 'holds', 'journals', 'market_commands'] as const) {
    const { count } = await broker.db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow();
    counts[table] = count;
  }
  return counts;
}

const json = (value: unknown): string => JSON.stringify(value);

test.each<{ name: string; status: number; code: string; field?: string } & Raw>([
  { name: 'no JSON', status: 400, code: 'malformed_request', body: '{"symbol": SPY}' },
  { name: 'an empty body', status: 400, code: 'malformed_request', body: '' },
  { name: 'a list', status: 400, code: 'invalid_field', field: '', body: '[]' },
  { name: 'U+0000', status: 400, code: 'malformed_request', body: '{"symbol":"S\\u0000"}' },
  { name: 'one name twice', status: 400, code: 'malformed_request', body: '{"qty":1,"qty":2}' },
  { name: 'a tower of brackets', status: 400, code: 'malformed_request', body: '['.repeat(60_000) },
  {
    name: 'a number as symbol',
    status: 400,
    code: 'invalid_field',
    field: 'symbol',
    body: json(anOrder({ symbol: 5 })),
  },
  {
    name: 'a list as quantity',
    status: 400,
    code: 'invalid_field',
    field: 'qty',
    body: json(anOrder({ qty: ['1'] })),
  },
  {
    name: 'words as quantity',
    status: 400,
    code: 'invalid_field',
    field: 'qty',
    body: json(anOrder({ qty: 'ten' })),
  },
  {
    name: 'a side that is none',
    status: 400,
    code: 'invalid_field',
    field: 'side',
    body: json(anOrder({ side: 'hold' })),
  },
  {
    name: 'an unknown field',
    status: 400,
    code: 'unknown_field',
    field: 'quantity',
    body: json(anOrder({ quantity: '1' })),
  },
  {
    name: 'no side',
    status: 400,
    code: 'missing_field',
    field: 'side',
    body: json(anOrder({ side: undefined })),
  },
  {
    name: 'a client order id of 129 characters',
    status: 400,
    code: 'invalid_field',
    field: 'client_order_id',
    body: json(anOrder({ client_order_id: 'x'.repeat(129) })),
  },
  {
    name: 'two different ids',
    status: 400,
    code: 'invalid_field',
    field: 'client_order_id',
    body: json(anOrder({ client_order_id: 'a' })),
    headers: { 'Idempotency-Key': 'b' },
  },
  {
    name: 'a negative quantity',
    status: 422,
    code: 'invalid_quantity',
    field: 'qty',
    body: json(anOrder({ qty: '-1' })),
  },
  {
    name: 'a quantity of 0',
    status: 422,
    code: 'invalid_quantity',
    field: 'qty',
    body: json(anOrder({ qty: 0 })),
  },
  {
    name: 'a quantity of 20 digits',
    status: 422,
    code: 'invalid_quantity',
    field: 'qty',
    body: json(anOrder({ qty: '12345678901234567890' })),
  },
  {
    name: 'the same as a JSON number',
    status: 422,
    code: 'invalid_quantity',
    field: 'qty',
    body: '{"symbol":"SPY","qty":12345678901234567890,"side":"buy","type":"market"}',
  },
  {
    name: 'a sub-penny price',
    status: 422,
    code: 'invalid_price_increment',
    field: 'limit_price',
    body: json(anOrder({ limit_price: '250.001' })),
  },
  {
    name: 'a negative price',
    status: 422,
    code: 'invalid_price',
    field: 'limit_price',
    body: json(anOrder({ limit_price: -250 })),
  },
  {
    name: 'an unknown symbol',
    status: 422,
    code: 'unknown_symbol',
    field: 'symbol',
    body: json(anOrder({ symbol: 'NOPE' })),
  },
  {
    name: 'a body of 1 MiB',
    status: 413,
    code: 'body_too_large',
    body: json({ a: 'x'.repeat(1 << 20) }),
  },
  {
    name: 'a form',
    status: 415,
    code: 'unsupported_media_type',
    body: 'symbol=SPY',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  },
  {
    name: 'a wrong secret',
    status: 401,
    code: 'authentication_required',
    body: json(anOrder()),
    headers: { 'APCA-API-SECRET-KEY': 'wrong' },
  },
  {
    name: 'an unknown key',
    status: 401,
    code: 'authentication_required',
    body: json(anOrder()),
    headers: { 'APCA-API-KEY-ID': 'wrong' },
  },
  {
    name: 'a scope the key lacks',
    status: 403,
    code: 'forbidden',
    path: '/admin/trading-state',
    body: '{}',
  },
  {
    name: 'a method that is not possible',
    status: 405,
    code: 'method_not_allowed',
    method: 'PUT',
    body: '{}',
  },
  {
    name: 'a path that leads nowhere',
    status: 404,
    code: 'route_not_found',
    path: '/order',
    body: '{}',
  },
  {
    name: 'an id that is none',
    status: 404,
    code: 'order_not_found',
    method: 'GET',
    path: '/orders/1',
  },
  {
    name: 'an id in bad encoding',
    status: 404,
    code: 'order_not_found',
    method: 'GET',
    path: '/orders/%E0%A4',
  },
  {
    name: 'a limit beyond the largest page',
    status: 400,
    code: 'invalid_field',
    field: 'limit',
    method: 'GET',
    path: '/orders?limit=501',
  },
  {
    name: 'a day that does not exist',
    status: 400,
    code: 'invalid_field',
    field: 'after',
    method: 'GET',
    path: '/orders?after=2026-02-30',
  },
])('$name is $status $code and leaves nothing behind', async ({ status, code, field, ...raw }) => {
  const before = await countRows();
  const answer = await sendRaw(raw);
  expect(answer).toMatchObject({ status, type: 'application/problem+json' });
  const problem = ProblemResource.parse(JSON.parse(answer.text));
  expect(problem).toMatchObject({ status, code });
  expect(problem.errors[0]?.field).toBe(field);
  expect(answer.text).not.toMatch(/\bat .*\.[jt]s:\d+/);
  expect(await countRows()).toEqual(before);
});

test('the ids of another account are not there: not to see, to cancel or to replace', async () => {
  const { id } = await acceptedOrder(broker, alice, GOOD);
  for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', { qty: '2' }]] as const) {
    const answer = await call<ProblemResource>(broker, bob, method, `/orders/${id}`, body);
    expect(answer.status).toBe(404);
    expect(answer.body.code).toBe('order_not_found');
  }
  const { body } = await call<OrderAnswer[]>(broker, bob, 'GET', '/orders?status=all');
  expect(body).toEqual([]);
  expect((await call(broker, alice, 'DELETE', `/orders/${id}`)).status).toBe(204);
  await waitForStatus(broker, alice, id, ['canceled']);
  await expectInvariants(broker, [id]);
});

test('an order that risk refuses is 422, is stored, and is refused again in the same words', async () => {
  const body = { ...GOOD, qty: '1000', client_order_id: randomUUID() };
  const first = await placeOrder(broker, alice, body);
  const again = await placeOrder(broker, alice, body);
  expect(first.body).toMatchObject({
    status: 422,
    code: 'insufficient_buying_power',
    client_order_id: body.client_order_id,
    errors: [{ field: 'qty', rule: 'insufficient_buying_power' }],
  });
  expect(again.status).toBe(422);
  expect(again.headers.get('Idempotent-Replayed')).toBe('true');
  expect(again.body).toEqual({
    ...first.body,
    request_id: (again.body as unknown as ProblemResource).request_id,
  });
});

test('the document and its page are served without a network', async () => {
  for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui-bundle.js', '/docs/start.js']) {
    const response = await fetch(`${stack.endpoints().api}${path}`);
    expect([path, response.status]).toEqual([path, 200]);
    expect((await response.text()).length).toBeGreaterThan(100);
  }
});

test('while Temporal stands still an order is 503, and the same POST is one order afterwards', async () => {
  const body = { ...GOOD, client_order_id: randomUUID() };
  stack.kill('temporal', 'SIGSTOP');
  const during = await placeOrder(broker, alice, body);
  stack.kill('temporal', 'SIGCONT');
  expect(during.status).toBe(503);
  expect(during.headers.get('Retry-After')).toBe('1');
  expect(during.body).toMatchObject({ taken: 'maybe', client_order_id: body.client_order_id });
  // Either it was taken too late and is refused as stale, or it is an order: once, and for good.
  const after = await waitFor('an answer', async () => {
    const answer = await placeOrder(broker, alice, body);
    return answer.status !== 503 && answer;
  });
  expect([201, 422]).toContain(after.status);
  const rows = await broker.db
    .selectFrom('orders')
    .select(['order_id', 'reject_reason'])
    .where('client_order_id', '=', body.client_order_id)
    .execute();
  expect(rows).toHaveLength(1);
  expect([null, 'stale_order']).toContain(rows[0]?.reject_reason);
}, 60_000);

test('an API that stops under load fails no request it has taken', async () => {
  const outcomes = new Map<string, number>();
  let running = true;
  const refused = (error: unknown): string => {
    const { cause } = error as { cause?: { code?: string; message?: string } };
    return cause?.code ?? cause?.message ?? String(error);
  };
  const clients = Array.from({ length: 8 }, async () => {
    while (running) {
      const outcome = await call(broker, alice, 'GET', '/orders?limit=5').then(
        ({ status }) => String(status),
        refused,
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      // A client that is refused tries again, but not in a tight circle.
      if (outcome !== '200') await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  await waitFor('some answers', () => (outcomes.get('200') ?? 0) > 50);
  const { api } = stack.endpoints().pids;
  stack.kill('api', 'SIGTERM');
  await waitFor('another process', () => stack.endpoints().pids['api'] !== api);
  await stack.waitReady();
  running = false;
  await Promise.all(clients);
  expect([...outcomes.keys()].filter((key) => !['200', 'ECONNREFUSED'].includes(key))).toEqual([]);
}, 60_000);
