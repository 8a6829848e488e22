import request from 'supertest';
import { openTestAccount, seedTestAssets, type TestAccount } from '../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../test/harness/database';
import { startTestApi, type TestApi } from '../../test/harness/test-api';
import { DEFAULT_CONFIGURATION, saveConfiguration } from '../queries/configurations';
import { AccountResource } from '../resources/account';
import { ConfigurationResource } from '../resources/configuration';

let database: TestDatabase;
let api: TestApi;
let alice: TestAccount;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.url });
});
beforeEach(async () => {
  alice = await openTestAccount(api.db);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const PATH = '/v2/account/configurations';
const get = (path = PATH) => request(api.url).get(path).set(alice.headers);
const patch = (body: object) => request(api.url).patch(PATH).set(alice.headers).send(body);

test('the defaults of the table are those of an account that chose nothing', async () => {
  const stored = await saveConfiguration(api.db, alice.accountId, {});
  expect(stored).toEqual(DEFAULT_CONFIGURATION);
});

test('a PATCH changes what it gives and keeps the rest', async () => {
  await patch({ no_shorting: true, max_margin_multiplier: '2', trade_confirm_email: null });
  const answer = await patch({ suspend_trade: true, dtbp_check: 'both', unknown: 1 });
  expect(answer.status).toBe(200);
  const expected = { ...DEFAULT_CONFIGURATION, max_margin_multiplier: '2', no_shorting: true };
  const all = { ...expected, suspend_trade: true, dtbp_check: 'both' };
  expect(ConfigurationResource.parse(answer.body)).toEqual(all);
  expect((await get()).body).toEqual(all);
});

test('numbers may come as text or as JSON numbers', async () => {
  const answer = await patch({ max_margin_multiplier: 1, max_options_trading_level: '3' });
  expect(answer.body).toMatchObject({ max_margin_multiplier: '1', max_options_trading_level: 3 });
});

test.each([
  { body: { max_margin_multiplier: '3' }, field: 'max_margin_multiplier' },
  { body: { dtbp_check: 'never' }, field: 'dtbp_check' },
  { body: { suspend_trade: 'yes' }, field: 'suspend_trade' },
])('$body is refused with its field and number', async ({ body, field }) => {
  const answer = await patch(body);
  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({
    code: 40_010_001,
    errors: [expect.objectContaining({ field })],
  });
});

test('the account shows the stricter of what it may and what its owner chose', async () => {
  await api.db
    .updateTable('accounts')
    .set({ multiplier: 2, shorting_enabled: true, credit_limit: '1000000' })
    .where('account_id', '=', alice.accountId)
    .execute();
  const before = AccountResource.parse((await get('/v2/account')).body);
  expect(before).toMatchObject({
    multiplier: '2',
    buying_power: '200000',
    shorting_enabled: true,
    trade_suspended_by_user: false,
  });
  await patch({ no_shorting: true, max_margin_multiplier: '1', suspend_trade: true });
  expect(AccountResource.parse((await get('/v2/account')).body)).toMatchObject({
    multiplier: '1',
    buying_power: '100000',
    shorting_enabled: false,
    trade_suspended_by_user: true,
  });
});

describe('clock and calendar of a venue without a break', () => {
  test('it is open, and the next day opens when this one closes', async () => {
    const { body } = await get('/v2/clock');
    expect(body).toMatchObject({ is_open: true });
    const { timestamp, next_open, next_close } = body as Record<string, string>;
    expect(next_open).toBe(next_close);
    expect(next_close).toMatch(/T00:00:00.000Z$/);
    const left = Date.parse(next_close ?? '') - Date.parse(timestamp ?? '');
    expect(left > 0 && left <= 86_400_000).toBe(true);
  });

  test.each([
    { query: 'start=2024-02-28&end=2024-03-01', dates: ['02-28', '02-29', '03-01'] },
    {
      query: 'start=2024-02-28T00:00:00.000Z&end=2024-02-29T00:00:00.000Z&date_type=SETTLEMENT',
      dates: ['02-28', '02-29'],
    },
    { query: 'start=2024-03-01&end=2024-02-28', dates: [] },
  ])('?$query', async ({ query, dates }) => {
    const days = (await get(`/v2/calendar?${query}`)).body as { date: string }[];
    expect(days.map(({ date }) => date.slice(5))).toEqual(dates);
  });

  test('a day is written in whole minutes, and an endless range is refused', async () => {
    const { body } = await get('/v2/calendar?start=2024-02-28&end=2024-02-28');
    expect(body).toEqual([
      {
        date: '2024-02-28',
        open: '00:00',
        close: '23:59',
        session_open: '0000',
        session_close: '2359',
        settlement_date: '2024-02-28',
      },
    ]);
    expect((await get('/v2/calendar?start=1970-01-01&end=2029-12-31')).status).toBe(422);
    expect((await get('/v2/calendar')).status).toBe(200);
  });
});

describe('clock and calendar once an asset keeps the hours of the exchange', () => {
  beforeAll(async () => {
    await seedTestAssets(api.db, ['SPY', 'AAPL']);
    await api.db
      .updateTable('assets')
      .set({ calendar: 'nyse' })
      .where('symbol', '=', 'SPY')
      .execute();
  });

  test('days are trading days, in the times of New York', async () => {
    const { body } = await get('/v2/calendar?start=2026-11-25&end=2026-11-29');
    const day = (date: string, close: string, settled: string) => ({
      date,
      open: '09:30',
      close,
      session_open: '0930',
      session_close: close.replace(':', ''),
      settlement_date: settled,
    });
    expect(body).toEqual([
      day('2026-11-25', '16:00', '2026-11-27'),
      day('2026-11-27', '13:00', '2026-11-30'),
    ]);
    const settled = await get('/v2/calendar?start=2026-11-27&end=2026-11-27&date_type=SETTLEMENT');
    expect(settled.body).toMatchObject([{ date: '2026-11-25' }]);
  });

  test('the clock opens at the bell', async () => {
    const { next_open: opens } = (await get('/v2/clock')).body as Record<string, string>;
    expect(opens).toMatch(/T09:30:00-0[45]:00$/);
  });

  test('the clocks of its markets tell of another moment', async () => {
    const { body } = await get('/v3/clock?markets=NYSE,XNAS&time=2026-11-25T15:00:00Z');
    const clock = {
      timestamp: '2026-11-25T10:00:00-05:00',
      is_market_day: true,
      next_market_open: '2026-11-27T09:30:00-05:00',
      next_market_close: '2026-11-25T16:00:00-05:00',
      phase: 'core',
      phase_until: '2026-11-25T16:00:00-05:00',
    };
    const market = { timezone: 'America/New_York' };
    expect(body).toMatchObject({
      clocks: [
        { ...clock, market: { ...market, acronym: 'NYSE', mic: 'XNYS' } },
        { ...clock, market: { ...market, acronym: 'NASDAQ', mic: 'XNAS' } },
      ],
    });
    const closed = await get('/v3/clock?markets=NYSE&time=2026-11-26T15:00:00Z');
    expect(closed.body).toMatchObject({
      clocks: [{ is_market_day: false, phase: 'closed', phase_until: '2026-11-27T09:30:00-05:00' }],
    });
  });

  test.each(['/v3/clock?markets=LSE', '/v3/clock?time=2060-01-01', '/v3/calendar/LSE'])(
    '%s is refused',
    async (path) => {
      expect((await get(path)).status).toBe(422);
    },
  );

  test('days of a market are instants, with its offset or in UTC', async () => {
    const { body } = await get('/v3/calendar/NYSE?start=2026-11-27&end=2026-11-27');
    expect(body).toEqual({
      market: {
        acronym: 'NYSE',
        mic: 'XNYS',
        name: 'New York Stock Exchange',
        timezone: 'America/New_York',
      },
      calendar: [
        {
          date: '2026-11-27',
          core_start: '2026-11-27T09:30:00-05:00',
          core_end: '2026-11-27T13:00:00-05:00',
          settlement_date: '2026-11-30',
        },
      ],
    });
    const utc = await get('/v3/calendar/XNYS?start=2026-11-27&end=2026-11-27&timezone=UTC');
    expect(utc.body).toMatchObject({ calendar: [{ core_end: '2026-11-27T18:00:00.000Z' }] });
  });
});
