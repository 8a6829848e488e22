import { sql } from 'kysely';
import request from 'supertest';
import {
  openTestAccount,
  seedTestAssets,
  type TestAccount,
} from '../../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database';
import { startTestApi, type TestApi } from '../../../test/harness/test-api';
import { waitFor } from '../../../test/harness/wait-for';

let database: TestDatabase;
let api: TestApi;
let admin: TestAccount;
let trader: TestAccount;

beforeAll(async () => {
  database = await createTestDatabase();
  const limits = { keyCacheMs: 50, marketCommandMs: 300, marketCommandPollMs: 10 };
  api = await startTestApi({ databaseUrl: database.url, limits });
  await seedTestAssets(api.db, ['SPY']);
  admin = await openTestAccount(api.db, ['trade', 'read', 'admin']);
  trader = await openTestAccount(api.db);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const post = (path: string, body: object, account = admin) =>
  request(api.url).post(path).set(account.headers).send(body);

describe('a key', () => {
  test.each([
    { method: 'post' as const, path: '/admin/accounts' },
    { method: 'get' as const, path: '/admin/accounts' },
    { method: 'post' as const, path: '/admin/trading-state' },
    { method: 'post' as const, path: '/admin/feed/SPY' },
  ])('without the scope is 403 at $method $path', async ({ method, path }) => {
    const answer = await request(api.url)[method](path).set(trader.headers).send({});
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({ code: 'forbidden' });
  });

  test.each([
    { name: 'a wrong secret', headers: () => ({ ...trader.headers, 'APCA-API-SECRET-KEY': 'x' }) },
    { name: 'an unknown id', headers: () => ({ ...trader.headers, 'APCA-API-KEY-ID': 'x' }) },
    {
      name: "another key's secret",
      headers: () => ({ ...trader.headers, 'APCA-API-SECRET-KEY': admin.secret }),
    },
  ])('with $name is 401', async ({ headers }) => {
    const answer = await request(api.url).get('/account').set(headers());
    expect(answer.status).toBe(401);
  });

  test('works as HTTP Basic as well', async () => {
    const answer = await request(api.url).get('/account').auth(trader.keyId, trader.secret);
    expect(answer.status).toBe(200);
  });

  test('that is revoked stops working soon', async () => {
    const account = await openTestAccount(api.db);
    const status = async () => (await request(api.url).get('/account').set(account.headers)).status;
    expect(await status()).toBe(200);
    await api.db
      .updateTable('api_keys')
      .set({ revoked_at: new Date() })
      .where('key_id', '=', account.keyId)
      .execute();
    await waitFor('the key to be refused', async () => (await status()) === 401);
  });
});

describe('POST /admin/accounts', () => {
  test('opens an account whose key works at once, and whose books balance', async () => {
    const created = await post('/admin/accounts', { name: 'carol', cash: 2500.5, multiplier: 2 });
    expect(created.status).toBe(201);
    const { key, account_id: accountId } = created.body as {
      account_id: string;
      key: { api_key_id: string; api_secret_key: string };
    };
    expect(key.api_secret_key.length).toBeGreaterThanOrEqual(43);
    const account = await request(api.url).get('/account').auth(key.api_key_id, key.api_secret_key);
    expect(account.body).toMatchObject({ id: accountId, cash: '2500.5', multiplier: '2' });
    const entries = await api.db
      .selectFrom('ledger_entries')
      .select(['account', 'amount'])
      .where('journal_id', '=', `opening:${accountId}:1`)
      .execute();
    expect(entries).toHaveLength(2);
    const stored = await api.db
      .selectFrom('api_keys')
      .selectAll()
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(stored)).not.toContain(key.api_secret_key);
  });

  test.each([
    { body: { name: 'x' }, field: 'cash' },
    { body: { cash: '1' }, field: 'name' },
    { body: { name: 'x', cash: '-1' }, field: 'cash' },
    { body: { name: 'x', cash: '0' }, field: 'cash' },
    { body: { name: 'x', cash: '1.00001' }, field: 'cash' },
    { body: { name: 'x', cash: '1', multiplier: 3 }, field: 'multiplier' },
    { body: { name: 'x', cash: '1', scopes: ['root'] }, field: 'scopes.0' },
  ])('refuses $body', async ({ body, field }) => {
    const answer = await post('/admin/accounts', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [expect.objectContaining({ field })] });
  });

  test('the list shows accounts, oldest first', async () => {
    const answer = await request(api.url).get('/admin/accounts?limit=1').set(admin.headers);
    expect(answer.body).toMatchObject([{ id: admin.accountId }]);
  });
});

describe('POST /admin/trading-state', () => {
  test('sets an account', async () => {
    const body = { state: 'REDUCING', account_id: trader.accountId };
    expect((await post('/admin/trading-state', body)).status).toBe(200);
    const account = await request(api.url).get('/account').set(trader.headers);
    expect(account.body).toMatchObject({ trading_state: 'REDUCING' });
  });

  test('sets the venue, again and again', async () => {
    for (const state of ['HALTED', 'ACTIVE']) {
      expect((await post('/admin/trading-state', { state })).status).toBe(200);
      const rows = await api.db
        .selectFrom('risk_limits')
        .select(['account_id', 'trading_state'])
        .execute();
      expect(rows).toEqual([{ account_id: null, trading_state: state }]);
    }
  });

  test.each([
    { body: { state: 'OPEN' }, status: 400 },
    { body: {}, status: 400 },
    { body: { state: 'HALTED', account_id: '00000000-0000-4000-8000-0000000000ff' }, status: 404 },
  ])('answers $status to $body', async ({ body, status }) => {
    expect((await post('/admin/trading-state', body)).status).toBe(status);
  });
});

describe('POST /admin/feed', () => {
  const queued = () =>
    api.db
      .selectFrom('market_commands')
      .innerJoin('pending_commands as p', 'p.command_id', 'market_commands.command_id')
      .select(['p.command_id', 'kind', 'payload'])
      .execute();

  const BREAKER = { move_percent: 10, window_seconds: '60', halt_seconds: 300 };

  test('answers once the session has applied the command', async () => {
    const answering = post('/admin/feed/SPY', { action: 'set_price', price: 101.25 }).then();
    const [command] = await waitFor('the command', async () => {
      const commands = await queued();
      return commands.length > 0 && commands;
    });
    expect(command).toMatchObject({ kind: 'set_price', payload: { price: '101.25' } });
    await sql`
      with taken as (delete from pending_commands where symbol = 'SPY' returning command_id)
      insert into market_steps (symbol, last_sequence, tick_index, command_ids)
      select 'SPY', 8, 42, array[command_id, 0] from taken
        where command_id = ${command?.command_id}`.execute(api.db);
    const answer = await answering;
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ symbol: 'SPY', applied_sequence: 7, applied_tick: 42 });
  });

  test('says that the command is queued when no session runs', async () => {
    const answer = await post('/admin/feed/SPY', { action: 'halt' });
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ taken: 'maybe' });
    expect(await queued()).toMatchObject([{ kind: 'halt', payload: {} }]);
  });

  test.each([
    { body: { action: 'set_price' }, status: 400 },
    { body: { action: 'set_price', price: '1.001' }, status: 422 },
    { body: { action: 'set_price', price: '-1' }, status: 422 },
    { body: { action: 'pause', price: '1' }, status: 400 },
    { body: { action: 'stop' }, status: 400 },
    { body: { action: 'halt', breaker: BREAKER }, status: 400 },
    { body: { action: 'set_breaker', breaker: BREAKER, price: '1' }, status: 400 },
    { body: { action: 'set_breaker', breaker: { ...BREAKER, move_percent: 101 } }, status: 400 },
    { body: { action: 'set_breaker', breaker: { ...BREAKER, halt_seconds: 0.5 } }, status: 400 },
  ])('answers $status to $body', async ({ body, status }) => {
    const answer = await post('/admin/feed/SPY', body);
    expect(answer.status).toBe(status);
    expect((answer.body as { errors: unknown[] }).errors).toHaveLength(1);
  });

  test('a circuit breaker is kept with the asset and told to the session', async () => {
    await post('/admin/feed/SPY', { action: 'set_breaker', breaker: BREAKER });
    const payload = { move_ppm: 100_000, window_ms: 60_000, halt_ms: 300_000 };
    expect((await queued()).pop()).toMatchObject({ kind: 'set_breaker', payload });
    const asset = await api.db
      .selectFrom('assets')
      .select(['breaker_move_ppm', 'breaker_window_ms', 'breaker_halt_ms'])
      .where('symbol', '=', 'SPY')
      .executeTakeFirst();
    expect(Object.values(asset ?? {})).toEqual([100_000, 60_000, 300_000]);
  });

  test('does not know a symbol that is not traded', async () => {
    expect((await post('/admin/feed/NOPE', { action: 'pause' })).status).toBe(404);
  });
});

test('a key that asks too often is told when to come back', async () => {
  const limits = { requestsPerMinute: 2 };
  const strict = await startTestApi({ databaseUrl: database.url, limits });
  const ask = (account: TestAccount) => request(strict.url).get('/account').set(account.headers);
  const answers = [await ask(trader), await ask(trader), await ask(trader)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers[1]?.get('X-RateLimit-Remaining')).toBe('0');
  expect(Number(answers[2]?.get('Retry-After'))).toBeGreaterThan(0);
  expect((await ask(admin)).status).toBe(200);
  await strict.close();
});
