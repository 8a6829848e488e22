import request from 'supertest';
import { z } from 'zod';
import { startTestApi, type TestApi } from '../test/harness/test-api';
import { REFUSALS, type RefusalCode, RefusalError } from '../domain/refusal';
import { OutageError } from './outage';
import { ProblemError } from './problem-error';
import { statusOf } from './problems';
import { ProblemResource } from './resources/problem';
import { defineRoute } from './route';
import { decimal } from './schemas/scalars';

/** A route that takes a body, and one that fails in whatever way the test puts here. */
let failure: unknown;
const TEST_PAGE = {
  tag: 'test',
  summary: 'test',
  doors: ['short', 'alpaca'],
  scope: 'public',
  answers: { 200: { description: 'test' } },
  problems: [],
} as const;
const ROUTES = [
  defineRoute({
    ...TEST_PAGE,
    method: 'GET',
    path: '/fail/:how',
    operationId: 'fail',
    pathParameters: z.object({ how: z.string() }),
    answer: () => Promise.reject(failure as Error),
  }),
  defineRoute({
    ...TEST_PAGE,
    method: 'POST',
    path: '/fail/now',
    operationId: 'failToChange',
    answer: () => Promise.reject(failure as Error),
  }),
  defineRoute({
    ...TEST_PAGE,
    method: 'POST',
    path: '/echo',
    operationId: 'echo',
    body: z.object({
      qty: decimal,
      side: z.enum(['buy', 'sell']),
      name: z.string().optional(),
      exit: z.object({ price: decimal.nullish() }).nullish(),
    }),
    answer: (_, { body }) => ({ status: 200, body }),
  }),
];

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ extraRoutes: ROUTES, limits: { bodyBytes: 1_024 } });
});
afterAll(() => api.close());

const fail = async (error: unknown, door = '') => {
  failure = error;
  return request(api.url).get(`${door}/fail/now`);
};

describe('a failure becomes a problem document', () => {
  test.each(Object.keys(REFUSALS) as RefusalCode[])('refusal %s', async (code) => {
    const answer = await fail(new RefusalError(code));
    expect(answer.status).toBe(statusOf(code));
    expect(answer.status).toBeLessThan(500);
    expect(answer.type).toBe('application/problem+json');
    expect(ProblemResource.parse(answer.body)).toMatchObject({
      type: `urn:everfill:problem:${code}`,
      title: REFUSALS[code].title,
      status: answer.status,
      code,
      reason: code,
      instance: '/fail/now',
      request_id: answer.get('X-Request-Id'),
    });
  });

  test('a refusal that is about a field names it and keeps the standard members', async () => {
    const details = { field: 'qty', rule: 'whole_shares', status: 'filled', order_id: 'o-1' };
    const answer = await fail(new RefusalError('invalid_quantity', 'qty must be whole', details));
    expect(answer.body).toMatchObject({
      status: 422,
      detail: 'qty must be whole',
      order_status: 'filled',
      order_id: 'o-1',
      errors: [{ field: 'qty', rule: 'whole_shares', message: 'qty must be whole' }],
    });
  });

  test("on Alpaca's door the same document carries its number and message", async () => {
    const refusal = new RefusalError('insufficient_buying_power', 'too dear');
    const answer = await fail(refusal, '/v2');
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      code: 40_310_000,
      message: 'insufficient buying power',
      detail: 'too dear',
      reason: 'insufficient_buying_power',
    });
  });

  test('a problem keeps its headers', async () => {
    const headers = { 'Retry-After': '7' };
    const answer = await fail(new ProblemError('rate_limited', 'slow down', { headers }));
    expect([answer.status, answer.get('Retry-After')]).toEqual([429, '7']);
  });

  test.each([
    { name: 'that took nothing', error: new OutageError('away', 'no', undefined), taken: 'no' },
    {
      name: 'that may have taken it',
      error: new OutageError('?', 'maybe', undefined),
      taken: 'maybe',
    },
    {
      name: 'of the network',
      error: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
      taken: 'no',
    },
  ])('an outage $name is 503 and says so', async ({ error, taken }) => {
    const answer = await fail(error);
    expect(answer.status).toBe(503);
    expect(answer.get('Retry-After')).toBe('1');
    expect(answer.body).toMatchObject({ code: 'service_unavailable', taken });
  });

  test('a bug is 500, tells the client nothing, and is in the log', async () => {
    const answer = await fail(new TypeError('secret detail'));
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/secret|TypeError|at /);
    const line = api.logged.at(-1);
    expect(line).toMatchObject({ status: 500, request_id: answer.get('X-Request-Id') });
    expect(JSON.stringify(line)).toContain('secret detail');
  });
});

describe("through Alpaca's door", () => {
  const post = (body: string, type: string) => {
    const asked = request(api.url).post('/v2/echo');
    return (type === '' ? asked.unset('Content-Type') : asked.type(type)).send(body);
  };

  test.each(['', 'application/x-www-form-urlencoded', 'application/json'])(
    "a body of the type '%s' is read as JSON",
    async (type) => {
      const answer = await post('{"qty": "1", "side": "buy"}', type);
      expect([answer.status, answer.body]).toEqual([200, { qty: '1', side: 'buy' }]);
    },
  );

  test('a body of another type is not', async () => {
    expect((await post('<qty>1</qty>', 'application/xml')).status).toBe(415);
  });

  test('an empty text is absent', async () => {
    const answer = await post('{"qty": "1", "side": "buy", "name": ""}', 'application/json');
    expect(answer.body).toEqual({ qty: '1', side: 'buy' });
  });

  test('a field that says nothing is 422 and has a number', async () => {
    const answer = await post('{"qty": "1", "side": "long"}', 'application/json');
    expect([answer.status, answer.body]).toMatchObject([422, { code: 40_010_001, status: 422 }]);
  });

  test('text that is no JSON is 400', async () => {
    const answer = await post('{"qty"', 'application/json');
    expect([answer.status, answer.body]).toMatchObject([400, { code: 40_010_000 }]);
  });
});

describe('a body', () => {
  const post = (body: string, type = 'application/json') =>
    request(api.url).post('/echo').set('Content-Type', type).send(body);
  const good = '{"qty": 10.10, "side": "buy"}';

  test('may carry its numbers as JSON numbers, read as they are written', async () => {
    expect((await post(good)).body).toEqual({ qty: '10.10', side: 'buy' });
  });

  test.each([
    {
      name: 'is not JSON',
      body: '{"qty": ten}',
      status: 400,
      code: 'malformed_request',
      errors: [],
    },
    { name: 'is empty', body: '', status: 400, code: 'malformed_request', errors: [] },
    {
      name: 'is no object',
      body: '[1]',
      status: 400,
      code: 'invalid_field',
      errors: [{ field: '', rule: 'invalid_type' }],
    },
    {
      name: 'lacks a field',
      body: '{"side": "buy"}',
      status: 400,
      code: 'missing_field',
      errors: [{ field: 'qty', rule: 'required', message: 'is required' }],
    },
    {
      name: 'has a field we do not know',
      body: '{"qty": 1, "side": "buy", "sied": 1, "__proto__": {}}',
      status: 400,
      code: 'unknown_field',
      errors: [
        { field: 'sied', rule: 'unknown_field' },
        { field: '__proto__', rule: 'unknown_field' },
      ],
    },
    {
      name: 'has one inside another',
      body: '{"qty": 1, "side": "buy", "exit": {"price": 1, "prise": 2}}',
      status: 400,
      code: 'unknown_field',
      errors: [{ field: 'exit.prise', rule: 'unknown_field' }],
    },
    {
      name: 'has a number where an object belongs',
      body: '{"qty": 1, "side": "buy", "exit": 5}',
      status: 400,
      code: 'invalid_field',
      errors: [{ field: 'exit', rule: 'invalid_type', message: 'expected object, not number' }],
    },
    {
      name: 'is a number',
      body: '5',
      status: 400,
      code: 'invalid_field',
      errors: [{ field: '', rule: 'invalid_type' }],
    },
    {
      name: 'has wrong types',
      body: '{"qty": true, "side": 1, "name": 5}',
      status: 400,
      code: 'invalid_field',
      errors: [
        { field: 'qty', rule: 'decimal' },
        { field: 'side', rule: 'invalid_value', message: 'expected one of buy, sell' },
        { field: 'name', rule: 'invalid_type', message: 'expected string, not number' },
      ],
    },
    {
      name: 'is too large',
      body: JSON.stringify({ name: 'x'.repeat(1_025) }),
      status: 413,
      code: 'body_too_large',
      errors: [],
    },
  ])('that $name is $status $code', async ({ body, status, code, errors }) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status, code, errors });
  });

  test('of another type is 415', async () => {
    const answer = await post(good, 'text/plain');
    expect([answer.status, answer.get('Accept')]).toEqual([415, 'application/json']);
  });

  test('that is compressed is 415', async () => {
    const answer = await post(good).set('Content-Encoding', 'gzip');
    expect(answer.status).toBe(415);
  });

  test('that is no UTF-8 is 400', async () => {
    const response = await fetch(`${api.url}/echo`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from([0x22, 0xff, 0x22]),
    });
    expect(response.status).toBe(400);
  });

  test("on Alpaca's door may have fields we do not know", async () => {
    const answer = await request(api.url)
      .post('/v2/echo')
      .send({ qty: '1', side: 'buy', notional: null });
    expect(answer.body).toEqual({ qty: '1', side: 'buy' });
  });
});

describe('a path', () => {
  test('that leads nowhere is 404', async () => {
    const answer = await request(api.url).get('/nowhere');
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ code: 'route_not_found', instance: '/nowhere' });
  });

  test('with another method is 405 and names the possible ones', async () => {
    const answer = await request(api.url).put('/orders');
    expect(answer.status).toBe(405);
    expect(answer.get('Allow')).toBe('DELETE, GET, HEAD, POST');
    expect(answer.body).toMatchObject({ code: 'method_not_allowed' });
  });

  test('of a guarded route without a key is 401', async () => {
    const answer = await request(api.url).get('/orders');
    expect(answer.status).toBe(401);
    expect(answer.get('WWW-Authenticate')).toMatch(/^Basic/);
    expect(answer.body).toMatchObject({ code: 'authentication_required' });
  });
});

describe('a request id', () => {
  test.each([
    { name: 'of the caller is kept', sent: 'trace-1:a.b', kept: true },
    { name: 'that could forge a log line is replaced', sent: 'a b', kept: false },
    { name: 'that is too long is replaced', sent: 'x'.repeat(129), kept: false },
  ])('$name', async ({ sent, kept }) => {
    const answer = await request(api.url).get('/healthz').set('X-Request-Id', sent);
    expect(answer.get('X-Request-Id') === sent).toBe(kept);
    expect(answer.get('X-Request-Id')).toMatch(/^[\w.:@-]{1,128}$/);
  });
});

test('every request is measured under its pattern', async () => {
  await request(api.url).get('/fail/one');
  await request(api.url).get('/fail/two');
  const text = await api.registry.getSingleMetricAsString('http_request_duration_seconds');
  expect(text).toMatch(/route="\/fail\/:how",method="GET",status_code="500"/);
  expect(text).toMatch(/route="unmatched",method="GET",status_code="404"/);
  expect(text).not.toContain('/fail/one');
});

test('an outage in the middle of a change says that the change may be done', async () => {
  failure = Object.assign(new Error('x'), { code: 'ECONNRESET' });
  const answer = await request(api.url).post('/fail/now');
  expect(answer.status).toBe(503);
  expect(answer.body).toMatchObject({ taken: 'maybe' });
});

test('while Postgres is away a request that needs it is 503, and liveness still 200', async () => {
  const answer = await request(api.url).get('/orders').auth('PK1', 'secret');
  expect(answer.status).toBe(503);
  expect(answer.body).toMatchObject({ code: 'service_unavailable', taken: 'no' });
  expect((await request(api.url).get('/healthz')).status).toBe(200);
  const ready = await request(api.url).get('/readyz');
  expect(ready.status).toBe(503);
  expect(ready.body).toMatchObject({
    checks: { postgres: 'unreachable', temporal: 'unreachable' },
  });
});

test('a route without a scope stops the start', async () => {
  const open = { ...ROUTES[0], scope: undefined } as never;
  await expect(startTestApi({ extraRoutes: [open] })).rejects.toThrow(/declares no scope/);
});
