import { randomUUID } from 'node:crypto';
import request from 'supertest';
import {
  openTestAccount,
  seedTestAssets,
  type TestAccount,
} from '../../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database';
import { startTestApi, type TestApi } from '../../../test/harness/test-api';
import { assetIdOf } from '../../../schema/asset-id';

let database: TestDatabase;
let api: TestApi;
let alice: TestAccount;

beforeAll(async () => {
  database = await createTestDatabase();
  const limits = { watchlistsPerAccount: 3, symbolsPerWatchlist: 3 };
  api = await startTestApi({ databaseUrl: database.url, limits });
  await seedTestAssets(api.db, ['SPY', 'AAPL', 'MSFT', 'TSLA']);
});
beforeEach(async () => {
  alice = await openTestAccount(api.db);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

type Verb = 'get' | 'post' | 'put' | 'delete';
const send = (verb: Verb, path: string, body: object = {}, account = alice) => {
  const sent = request(api.url)[verb](`/v2/watchlists${path}`).set(account.headers);
  return verb === 'get' || verb === 'delete' ? sent : sent.send(body);
};

interface Body {
  readonly id: string;
  readonly name: string;
  readonly assets: readonly { symbol: string }[];
}
const contentOf = ({ body }: request.Response) => {
  const { name, assets } = body as Body;
  return [name, ...assets.map(({ symbol }) => symbol)];
};
async function create(name = 'Tech', symbols: (string | null)[] = ['MSFT', 'AAPL']) {
  const answer = await send('post', '', { name, symbols });
  expect(answer.status).toBe(200);
  return (answer.body as Body).id;
}

test('a list keeps the order of its symbols, each once, by symbol or asset id', async () => {
  const id = await create('Tech', ['MSFT', null, assetIdOf('AAPL'), 'MSFT', 'AAPL']);
  const expected = ['Tech', 'MSFT', 'AAPL'];
  expect(contentOf(await send('get', `/${id}`))).toEqual(expected);
  expect(contentOf(await send('get', ':by_name?name=Tech'))).toEqual(expected);
});

test('lists are listed by age without what is in them', async () => {
  await create('b');
  await create('a', []);
  const { body } = await send('get', '');
  expect((body as Body[]).map(({ name }) => name)).toEqual(['b', 'a']);
  expect((body as Body[])[0]).not.toHaveProperty('assets');
});

test.each([
  { by: 'id', path: (id: string) => `/${id}` },
  { by: 'name', path: () => ':by_name?name=Tech' },
])('by $by it is added to, changed and deleted', async ({ path }) => {
  const at = path(await create());
  const add = { symbol: 'SPY' };
  expect(contentOf(await send('post', at, add))).toEqual(['Tech', 'MSFT', 'AAPL', 'SPY']);
  expect(contentOf(await send('post', at, add))).toEqual(['Tech', 'MSFT', 'AAPL', 'SPY']);
  expect(contentOf(await send('put', at, { symbols: ['TSLA'] }))).toEqual(['Tech', 'TSLA']);
  expect(contentOf(await send('put', at, { name: 'Tech' }))).toEqual(['Tech', 'TSLA']);
  expect((await send('delete', at)).status).toBe(204);
  expect((await send('delete', at)).status).toBe(404);
});

test('a symbol is taken off', async () => {
  const id = await create();
  expect(contentOf(await send('delete', `/${id}/MSFT`))).toEqual(['Tech', 'AAPL']);
  const again = await send('delete', `/${id}/MSFT`);
  expect(again.status).toBe(404);
  expect(again.body).toMatchObject({ code: 40_410_000, reason: 'asset_not_found' });
});

test('a name is unique in its account, and a name is not lost by a failed change', async () => {
  await create('one');
  const two = await create('two');
  for (const answer of [
    await send('post', '', { name: 'one' }),
    await send('put', `/${two}`, { name: 'one', symbols: [] }),
  ]) {
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 40_010_001, reason: 'duplicate_name' });
  }
  expect(contentOf(await send('get', `/${two}`))).toEqual(['two', 'MSFT', 'AAPL']);
  const bob = await openTestAccount(api.db);
  expect((await send('post', '', { name: 'one' }, bob)).status).toBe(200);
});

test('twenty equal requests at once make one list', async () => {
  const all = Array.from({ length: 20 }, () => send('post', '', { name: 'same' }));
  const statuses = (await Promise.all(all)).map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 422)]);
});

describe('refused', () => {
  test.each([
    { name: 'an unknown symbol', body: { name: 'x', symbols: ['NOPE'] }, status: 404 },
    { name: 'no name', body: { symbols: [] }, status: 422 },
    { name: 'a long name', body: { name: 'x'.repeat(65) }, status: 422 },
    {
      name: 'too many symbols',
      body: { name: 'x', symbols: ['SPY', 'AAPL', 'MSFT', 'TSLA'] },
      status: 422,
    },
  ])('$name', async ({ body, status }) => {
    expect((await send('post', '', body)).status).toBe(status);
    expect((await send('get', '')).body).toEqual([]);
  });

  test('one more list than an account may have, one more symbol than a list', async () => {
    const id = await create('1', ['SPY', 'AAPL', 'MSFT']);
    await create('2');
    await create('3');
    const lists = await send('post', '', { name: '4' });
    expect([lists.status, lists.body]).toMatchObject([422, { reason: 'too_many_watchlists' }]);
    const symbols = await send('post', `/${id}`, { symbol: 'TSLA' });
    expect([symbols.status, symbols.body]).toMatchObject([422, { reason: 'too_many_symbols' }]);
  });

  test('what belongs to somebody else, and what is no id', async () => {
    const id = await create();
    const bob = await openTestAccount(api.db);
    for (const answer of [
      await send('get', `/${id}`, {}, bob),
      await send('put', `/${id}`, { name: 'mine' }, bob),
      await send('delete', `/${id}`, {}, bob),
      await send('get', `/${randomUUID()}`),
      await send('get', '/nonsense'),
      await send('get', ':by_name?name=nothing'),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ code: 40_410_000, reason: 'watchlist_not_found' });
    }
  });
});
