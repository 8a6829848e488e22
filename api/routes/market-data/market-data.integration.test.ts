import request from 'supertest';
import { readGolden } from '../../../test/book/golden-cases';
import {
  openTestAccount,
  seedTestAssets,
  type TestAccount,
} from '../../../test/harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database';
import { showStep } from '../../../test/harness/market-data';
import { startTestApi, type TestApi } from '../../../test/harness/test-api';
import { StockBar, StockQuote, StockTrade } from '../../resources/market-data';

let database: TestDatabase;
let api: TestApi;
let account: TestAccount;
const DAY = Date.UTC(2026, 0, 5);
const OPEN = DAY + 14.5 * 3_600_000;

interface Body {
  readonly bars: StockBar[] & Record<string, StockBar[]>;
  readonly quotes: StockQuote[] & Record<string, StockQuote[]>;
  readonly trades: StockTrade[] & Record<string, StockTrade[]>;
  readonly next_page_token: string | null;
}

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.url });
  await seedTestAssets(api.db, ['SPY', 'QQQ', 'QUIET', 'GOLD']);
  account = await openTestAccount(api.db, ['read']);
  // Ten steps of SPY, 20 s apart, each with two trades; three of QQQ; yesterday one of SPY.
  await showStep(api.db, {
    symbol: 'SPY',
    at: OPEN - 86_400_000,
    bid: ['89', '1'],
    trades: [[OPEN - 86_400_000, '90', '5']],
  });
  for (let step = 0; step < 10; step += 1) {
    const at = OPEN + step * 20_000;
    await showStep(api.db, {
      symbol: 'SPY',
      at,
      bid: [String(99 + step), '100'],
      ask: [String(101 + step), '200.5'],
      trades: [
        [at - 10, String(100 + step), '10'],
        [at, String(101 + step), '30'],
      ],
    });
  }
  for (let step = 0; step < 3; step += 1) {
    const at = OPEN + step * 60_000;
    await showStep(api.db, { symbol: 'QQQ', at, ask: ['50.25', '1'], trades: [[at, '50', '0']] });
  }
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

async function get<Answer = Body>(path: string): Promise<Answer> {
  const answer = await request(api.url).get(`/v2/stocks${path}`).set(account.headers);
  expect([path, answer.status, answer.body as unknown]).toEqual([path, 200, answer.body]);
  return answer.body as Answer;
}

test('bars carry prices, volume, count and average, from the day of the market', async () => {
  const { bars, next_page_token: token } = await get('/SPY/bars?timeframe=1Min');
  expect(token).toBeNull();
  // The step that is stamped just before the open belongs to the minute before it.
  expect(bars.map(({ t }) => t)).toEqual([
    '2026-01-05T14:29:00Z',
    '2026-01-05T14:30:00Z',
    '2026-01-05T14:31:00Z',
    '2026-01-05T14:32:00Z',
    '2026-01-05T14:33:00Z',
  ]);
  const [, bar] = bars.map((each) => StockBar.parse(each));
  // 30 @ 101, 10 @ 101, 30 @ 102, 10 @ 102, 30 @ 103, 10 @ 103
  expect(bar).toMatchObject({ o: 101, h: 103, l: 101, c: 103, v: 120, n: 6, vw: 102 });
});

test('an average needs a size', async () => {
  const { bars } = await get('/QQQ/bars?timeframe=1Day');
  expect(bars).toMatchObject([{ v: 0, n: 3, c: 50, vw: 50 }]);
});

test.each(readGolden<{ id: string; oneMin: number[][]; fiveMin: number[] }>('candles'))(
  'golden $id: five stored minutes are one bar of five',
  async ({ id, oneMin, fiveMin }) => {
    // Each case has a day of its own, long before the others.
    const day = Date.UTC(2010, 0, Number(id.replace(/\D/g, '')));
    const text = (price = 0) => (price / 10_000).toFixed(4);
    await api.db
      .insertInto('bars')
      .values(
        oneMin.map(([ms = 0, open, high, low, close, volume]) => ({
          symbol: 'GOLD',
          start: new Date(day + ms),
          open: text(open),
          high: text(high),
          low: text(low),
          close: text(close),
          volume: String(volume),
        })),
      )
      .execute();
    const [first, last] = [day, day + 86_399_000].map((ms) => new Date(ms).toISOString());
    const range = `start=${first}&end=${last}`;
    const { bars } = await get(`/GOLD/bars?timeframe=5Min&${range}`);
    const [ms = 0, open = 0, high = 0, low = 0, close = 0, volume] = fiveMin;
    expect(bars).toMatchObject([
      {
        t: new Date(day + ms).toISOString().replace('.000Z', 'Z'),
        o: open / 10_000,
        h: high / 10_000,
        l: low / 10_000,
        c: close / 10_000,
        v: volume,
      },
    ]);
  },
);

describe('a symbol that keeps the hours of the exchange', () => {
  const at = (text: string) => new Date(text);
  beforeAll(async () => {
    await seedTestAssets(api.db, ['EAST', 'WEST']);
    await api.db
      .updateTable('assets')
      .set({ calendar: 'nyse' })
      .where('symbol', '=', 'EAST')
      .execute();
    const starts = [
      // Before and after midnight in New York, and the Sunday on which its clocks are set back.
      '2024-10-31T03:59:00Z',
      '2024-10-31T04:00:00Z',
      '2024-11-02T15:00:00Z',
      '2024-11-03T15:00:00Z',
      '2024-11-04T04:59:00Z',
      '2024-11-04T05:00:00Z',
    ];
    const price = { open: '1', high: '1', low: '1', close: '1', volume: '2.5' };
    for (const symbol of ['EAST', 'WEST']) {
      const rows = starts.map((start) => ({ symbol, start: at(start), ...price }));
      await api.db.insertInto('bars').values(rows).execute();
    }
  });
  const starts = async (path: string): Promise<string[]> => {
    const { bars } = await get(path);
    return bars.map(({ t }) => t.slice(5, 16));
  };
  const RANGE = 'start=2024-01-01&end=2024-12-31';

  test.each([
    ['1Day', 'EAST', ['10-30T04:00', '10-31T04:00', '11-02T04:00', '11-03T04:00', '11-04T05:00']],
    ['1Day', 'WEST', ['10-31T00:00', '11-02T00:00', '11-03T00:00', '11-04T00:00']],
    ['1Week', 'EAST', ['10-28T04:00', '11-04T05:00']],
    ['1Month', 'EAST', ['10-01T04:00', '11-01T04:00']],
    ['1Month', 'WEST', ['10-01T00:00', '11-01T00:00']],
    ['3Month', 'EAST', ['10-01T04:00']],
    ['12Month', 'EAST', ['01-01T05:00']],
  ])('has %s bars of %s that begin at %s', async (timeframe, symbol, expected) => {
    const path = `/${symbol}/bars?timeframe=${timeframe}&${RANGE}`;
    expect(await starts(path)).toEqual(expected);
    expect(await starts(`${path}&sort=desc`)).toEqual([...expected].reverse());
  });

  test('has pages of days that join where clocks change', async () => {
    const seen: string[] = [];
    for (let token = ''; ;) {
      const path = `/EAST/bars?timeframe=1Day&limit=1&${RANGE}&page_token=${token}`;
      const page = await get(path);
      seen.push(...page.bars.map(({ t }) => t.slice(5, 10)));
      if (page.next_page_token === null) break;
      token = page.next_page_token;
    }
    expect(seen).toEqual(['10-30', '10-31', '11-02', '11-03', '11-04']);
  });

  test('shows a day that begins before the end as a whole, and none from before the start', async () => {
    const { bars } = await get(
      '/EAST/bars?timeframe=1Day&start=2024-11-03T04:00:01Z&end=2024-11-04T05:00:00Z',
    );
    expect(bars.map(({ t, v }) => [t, v])).toEqual([['2024-11-04T05:00:00Z', 2]]);
  });
});

test('quotes and trades are what their schemas say', async () => {
  const { quotes } = await get('/SPY/quotes?limit=1');
  expect(quotes.map((quote) => StockQuote.parse(quote))).toMatchObject([
    { t: '2026-01-05T14:30:00.000000Z', bp: 99, bs: 100, ap: 101, as: 200 },
  ]);
  const { trades } = await get('/SPY/trades?limit=2');
  expect(trades.map((trade) => StockTrade.parse(trade))).toMatchObject([
    { t: '2026-01-05T14:29:59.990000Z', p: 100, s: 10 },
    { t: '2026-01-05T14:30:00.000000Z', p: 101, s: 30 },
  ]);
  expect((trades[0]?.i ?? 0) < (trades[1]?.i ?? 0)).toBe(true);
});

test.each([
  { kind: 'bars', extra: '&timeframe=1Min', limit: 2, count: 5 },
  { kind: 'quotes', extra: '', limit: 3, count: 10 },
  { kind: 'trades', extra: '', limit: 7, count: 20 },
] as const)('pages of $kind join without a gap in both directions', async (spec) => {
  const { kind, extra, limit, count } = spec;
  for (const sort of ['asc', 'desc']) {
    const whole = await get(`/SPY/${kind}?sort=${sort}&limit=1000${extra}`);
    const items: unknown[] = [];
    let token: string | null = '';
    while (token !== null) {
      const page: Body = await get(
        `/SPY/${kind}?sort=${sort}&limit=${limit}${extra}&page_token=${token}`,
      );
      expect(page[kind].length).toBeLessThanOrEqual(limit);
      items.push(...page[kind]);
      token = page.next_page_token;
    }
    expect(items).toHaveLength(count);
    expect(items).toEqual(whole[kind]);
    const times = whole[kind].map(({ t }) => t);
    expect(times).toEqual([...times].sort((a, b) => (a < b === (sort === 'asc') ? -1 : 1)));
  }
});

test('several symbols share the limit, by symbol and time, and pages join', async () => {
  const found: [string, string][] = [];
  let token: string | null = '';
  let pages = 0;
  while (token !== null) {
    const page: Body = await get(`/trades?symbols=SPY,NONE,QQQ,QUIET&limit=7&page_token=${token}`);
    for (const [symbol, trades] of Object.entries(page.trades)) {
      found.push(...trades.map(({ t }): [string, string] => [symbol, t]));
    }
    token = page.next_page_token;
    pages += 1;
  }
  expect(found).toHaveLength(23);
  expect(pages).toBe(4);
  expect(found).toEqual([...found].sort());
});

test.each([
  { kind: 'trades', range: 'start=2026-01-05T14:30:20Z&end=2026-01-05T14:30:40Z', count: 3 },
  { kind: 'quotes', range: 'start=2026-01-05T14:30:20Z&end=2026-01-05T14:30:40Z', count: 2 },
  { kind: 'trades', range: 'start=2026-01-01&end=2026-01-04T23:00:00Z', count: 1 },
  { kind: 'quotes', range: 'start=2027-01-01', count: 0 },
  { kind: 'bars', range: 'timeframe=1Min&end=2026-01-05T14:31:00Z', count: 3 },
  { kind: 'bars', range: 'timeframe=1Day&start=2026-01-01', count: 2 },
  { kind: 'bars', range: 'timeframe=1Week&start=2025-12-29', count: 2 },
] as const)('$kind of $range are $count', async ({ kind, range, count }) => {
  expect((await get(`/SPY/${kind}?${range}`))[kind]).toHaveLength(count);
});

test('the latest of each, of one symbol and of several', async () => {
  const quote = { bp: 108, ap: 110 };
  const trade = { p: 110, s: 30, t: '2026-01-05T14:33:00.000000Z' };
  const bar = { t: '2026-01-05T14:33:00Z', c: 110 };
  expect(await get('/SPY/quotes/latest')).toMatchObject({ symbol: 'SPY', quote });
  expect(await get('/SPY/trades/latest')).toMatchObject({ symbol: 'SPY', trade });
  expect(await get('/SPY/bars/latest')).toMatchObject({ symbol: 'SPY', bar });
  const many = 'symbols=SPY,QUIET,QQQ,NONE';
  expect(Object.keys((await get(`/quotes/latest?${many}`)).quotes).sort()).toEqual(['QQQ', 'SPY']);
  expect(await get(`/trades/latest?${many}`)).toMatchObject({ trades: { SPY: trade } });
  expect(await get(`/bars/latest?${many}`)).toMatchObject({ bars: { SPY: bar } });
  // Nobody bids: a price of 0, as Alpaca writes it.
  expect(await get('/QQQ/quotes/latest')).toMatchObject({ quote: { bp: 0, bs: 0, ap: 50.25 } });
});

test('a snapshot has all of it', async () => {
  const one = await get<Record<string, unknown>>('/SPY/snapshot');
  expect(one).toMatchObject({
    symbol: 'SPY',
    latestTrade: { p: 110 },
    latestQuote: { bp: 108 },
    minuteBar: { t: '2026-01-05T14:33:00Z' },
    dailyBar: { t: '2026-01-05T00:00:00Z', o: 100, c: 110 },
    prevDailyBar: { t: '2026-01-04T00:00:00Z', c: 90 },
  });
  const many = await get<Record<string, unknown>>('/snapshots?symbols=SPY,NONE,QUIET');
  const { symbol: _symbol, currency: _currency, ...rest } = one;
  expect(many).toEqual({ SPY: rest });
});

test.each([
  { path: '/NONE/bars?timeframe=1Min', status: 404 },
  { path: '/NONE/quotes/latest', status: 404 },
  { path: '/QUIET/trades/latest', status: 404 },
  { path: '/NONE/snapshot', status: 404 },
  { path: '/SPY/bars', status: 400 },
  { path: '/SPY/bars?timeframe=7Year', status: 400 },
  { path: '/SPY/trades?limit=10001', status: 400 },
  { path: '/SPY/trades?limit=0', status: 400 },
  { path: '/SPY/trades?start=yesterday', status: 400 },
  { path: '/SPY/trades?page_token=x', status: 400 },
  { path: '/SPY/quotes?page_token=WyJTUFkiLCIyMDI2Il0', status: 400 },
  { path: '/trades', status: 400 },
])('$path is refused with $status', async ({ path, status }) => {
  const answer = await request(api.url).get(`/v2/stocks${path}`).set(account.headers);
  expect(answer.status).toBe(status);
});
