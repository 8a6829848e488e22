import { sql } from 'kysely';
import request from 'supertest';
import { openTestAccount, seedTestAssets, type TestAccount } from '../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../test/harness/database';
import { startTestApi, type TestApi } from '../../test/harness/test-api';
import { AccountResource } from '../resources/account';
import { AssetResource } from '../resources/asset';
import { PositionResource } from '../resources/position';

let database: TestDatabase;
let api: TestApi;
let alice: TestAccount;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.url });
  await seedTestAssets(api.db, ['SPY', 'AAPL']);
  alice = await openTestAccount(api.db);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const get = (path: string, account = alice) => request(api.url).get(path).set(account.headers);

async function hold(account: TestAccount, symbol: string, quantity: string, cost: string) {
  await api.db
    .insertInto('positions')
    .values({
      account_id: account.accountId,
      epoch: 1,
      symbol,
      quantity,
      cost,
      realized_pnl: '1.5',
    })
    .execute();
  await api.db
    .insertInto('ledger_balances')
    .values({ account: `user:${account.accountId}:1:available`, unit: symbol, balance: '7' })
    .execute();
}

describe('an account with positions', () => {
  beforeAll(async () => {
    await hold(alice, 'SPY', '10', '950');
    await api.db
      .updateTable('ledger_balances')
      .set({ balance: '250.25' })
      .where('account', '=', `user:${alice.accountId}:1:held`)
      .execute();
  });

  test('is worth its cash, held cash included, and its positions at the last print', async () => {
    const answer = await get('/account');
    expect(AccountResource.parse(answer.body)).toMatchObject({
      id: alice.accountId,
      cash: '100250.25',
      cash_held: '250.25',
      buying_power: '100000',
      long_market_value: '1000',
      equity: '101250.25',
      multiplier: '1',
    });
  });

  test.each(['/positions/SPY', '/v2/positions/SPY'])('%s', async (path) => {
    const answer = await get(path);
    expect(PositionResource.parse(answer.body)).toMatchObject({
      symbol: 'SPY',
      qty: '10',
      qty_available: '7',
      side: 'long',
      avg_entry_price: '95',
      cost_basis: '950',
      market_value: '1000',
      current_price: '100',
      unrealized_pl: '50',
      unrealized_plpc: '0.052632',
      realized_pl: '1.5',
    });
  });

  test('positions are listed, and found by the id of their asset', async () => {
    const positions = (await get('/positions')).body as PositionResource[];
    const [position] = positions;
    expect(positions).toHaveLength(1);
    expect((await get(`/positions/${position?.asset_id ?? ''}`)).body).toEqual(position);
  });

  test('a symbol without a position is 404', async () => {
    const answer = await get('/positions/AAPL');
    expect([answer.status, answer.body]).toMatchObject([404, { code: 'position_not_found' }]);
  });

  test('nobody else sees them', async () => {
    const bob = await openTestAccount(api.db);
    expect((await get('/positions', bob)).body).toEqual([]);
  });
});

test('assets are found by symbol and by id', async () => {
  const bySymbol = await get('/assets/SPY');
  const asset = AssetResource.parse(bySymbol.body);
  expect((await get(`/assets/${asset.id}`)).body).toEqual(bySymbol.body);
  expect((await get('/assets')).body).toHaveLength(2);
  expect((await get('/assets?status=inactive')).body).toEqual([]);
  expect((await get('/assets?asset_class=us_equity&exchange=')).body).toHaveLength(2);
  expect((await get('/v2/assets?exchange=NYSE')).body).toEqual([]);
  expect((await get('/v2/assets?attributes=ipo,has_options')).body).toEqual([]);
  expect((await get('/assets/NOPE')).status).toBe(404);
});

test('quotes name every symbol that was asked for, or say which is unknown', async () => {
  const known = await get('/quotes/latest?symbols=SPY');
  expect(known.body).toMatchObject({ quotes: { SPY: { bp: '99.99', ap: '100.01', last: '100' } } });
  const unknown = await get('/quotes/latest?symbols=SPY,NOPE');
  expect(unknown.status).toBe(404);
  expect((unknown.body as { detail: string }).detail).toContain('NOPE');
});

describe('GET /bars folds one-minute bars', () => {
  beforeAll(async () => {
    // 14:58 to 15:06 without 15:02; each minute opens at its number and rises by one.
    await sql`
      insert into bars (symbol, start, open, high, low, close, volume)
      select 'SPY', timestamptz '2026-01-15 14:58Z' + n * interval '1 minute',
        100 + n, 102 + n, 99 + n, 101 + n, 10
      from generate_series(0, 8) as n where n <> 4`.execute(api.db);
  });
  const bars = async (query: string) => {
    const answer = await get(`/bars?symbol=SPY&${query}`);
    expect(answer.status).toBe(200);
    return (answer.body as { bars: Record<string, string>[] }).bars;
  };

  test('into five-minute bars on the clock', async () => {
    expect(await bars('timeframe=5Min')).toEqual([
      { t: '2026-01-15T14:55:00Z', o: '100', h: '103', l: '99', c: '102', v: '20' },
      { t: '2026-01-15T15:00:00Z', o: '102', h: '108', l: '101', c: '107', v: '40' },
      { t: '2026-01-15T15:05:00Z', o: '107', h: '110', l: '106', c: '109', v: '20' },
    ]);
  });

  test('and leaves an empty interval out', async () => {
    const minutes = await bars(
      'timeframe=1Min&start=2026-01-15T15:01:00Z&end=2026-01-15T15:04:00Z',
    );
    expect(minutes.map(({ t }) => t)).toEqual(['2026-01-15T15:01:00Z', '2026-01-15T15:03:00Z']);
  });

  test.each([
    { query: 'timeframe=1Min&limit=2', expected: ['15:05', '15:06'] },
    { query: 'timeframe=1Min&limit=2&start=2026-01-15', expected: ['14:58', '14:59'] },
    { query: 'timeframe=5Min&start=2026-01-15T15:03:00Z&limit=1', expected: ['15:00'] },
    { query: 'timeframe=1Hour', expected: ['14:00', '15:00'] },
    { query: 'timeframe=1Day', expected: ['00:00'] },
    { query: 'timeframe=1Min&start=2027-01-01', expected: [] },
  ])('?$query', async ({ query, expected }) => {
    expect((await bars(query)).map(({ t }) => t?.slice(11, 16))).toEqual(expected);
  });
});
