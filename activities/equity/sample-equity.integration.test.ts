import { sql } from 'kysely';
import request from 'supertest';
import { type Broker, createBroker } from '../../test/orders/broker';
import { startTestApi, type TestApi } from '../../test/harness/test-api';
import { sampleEquity, thinEquityPoints } from './sample-equity';

let broker: Broker;
let api: TestApi;
let accountId: string;

beforeAll(async () => {
  broker = await createBroker();
  api = await startTestApi({ databaseUrl: broker.url });
});
afterAll(async () => {
  await api.close();
  await broker.close();
});
beforeEach(async () => {
  await broker.reset();
  accountId = await broker.openAccount('1000');
  await broker.db
    .updateTable('api_keys')
    .set({ scopes: ['read', 'trade'] })
    .execute();
});

interface History {
  readonly timestamp: number[];
  readonly equity: number[];
  readonly profit_loss: number[];
  readonly profit_loss_pct: number[];
  readonly base_value: number;
  readonly base_value_asof?: string;
  readonly timeframe: string;
}

async function get<Body>(path: string, status = 200): Promise<Body> {
  const answer = await request(api.url)
    .get(`/v2/account${path}`)
    .set({ 'APCA-API-KEY-ID': accountId, 'APCA-API-SECRET-KEY': accountId });
  expect(answer.status).toBe(status);
  return answer.body as Body;
}
const history = (query: string) => get<History>(`/portfolio/history?${query}`);

async function points(): Promise<string[]> {
  const rows = await broker.db
    .selectFrom('equity_points')
    .select('equity')
    .where('account_id', '=', accountId)
    .orderBy('at')
    .execute();
  return rows.map(({ equity }) => equity);
}

/** A point so long ago, as an interval. */
async function insertPoint(age: string, equity: string): Promise<void> {
  await sql`insert into equity_points (account_id, epoch, at, equity)
    values (${accountId}, 1, now() - ${age}::interval, ${equity}::numeric)`.execute(broker.db);
}

async function openedBefore(age: string): Promise<void> {
  await sql`update journals set created_at = now() - ${age}::interval`.execute(broker.db);
  await sql`update accounts set created_at = now() - ${age}::interval`.execute(broker.db);
}

test('a point is written when the worth of an account has changed', async () => {
  const orderId = await broker.place(accountId, { quantity: '10' });
  await sampleEquity(broker.db);
  await broker.market.takeCommands();
  await broker.market.trade(orderId, '10', '9.5');
  await broker.settle(orderId);
  expect(await sampleEquity(broker.db)).toBe(1);
  expect(await sampleEquity(broker.db)).toBe(0);
  await broker.db.updateTable('feed_cursors').set({ print: '11.25' }).execute();
  await sampleEquity(broker.db);
  // Held cash counts; 10 shares at the print are worth 100, then 112.50.
  expect(await points()).toEqual(['1000.0000', '1005.0000', '1017.5000']);
  const account = await get<{ equity: string; last_equity: string }>('');
  expect(account).toMatchObject({ equity: '1017.5', last_equity: '1000' });
});

test('old points are thinned out, and what a day ended with stays', async () => {
  await sql`
    with today as (select date_trunc('day', now()) as start), moments as (
      select generate_series(start - interval '50 days', start - interval '47 days 1 minute',
        interval '1 minute') as at from today
      union all
      select generate_series(start - interval '20 days', start - interval '20 days -59 minutes',
        interval '1 minute') from today
      union all values (now() - interval '1 minute'), (now())
    )
    insert into equity_points (account_id, epoch, at, equity)
    select ${accountId}::uuid, 1, at, row_number() over (order by at) from moments`.execute(
    broker.db,
  );
  await thinEquityPoints(broker.db);
  const { rows } = await sql<{ at: string; equity: string }>`
    select to_char(at at time zone 'UTC', 'HH24:MI') as at, equity from equity_points
    where account_id = ${accountId} order by equity_points.at`.execute(broker.db);
  expect(rows.slice(0, 7).map(({ at }) => at)).toEqual([
    '23:59',
    '23:59',
    '23:59',
    '00:14',
    '00:29',
    '00:44',
    '00:59',
  ]);
  expect(rows).toHaveLength(9);
  expect(await thinEquityPoints(broker.db)).toBe(0);
});

describe('the history', () => {
  test('of a new account is its opening cash', async () => {
    const answer = await history('period=1M&timeframe=1D');
    expect(answer).toMatchObject({ equity: [1_000], profit_loss: [0], base_value: 1_000 });
    expect(answer).not.toHaveProperty('base_value_asof');
  });

  test('has a value for each day since, and the present one at last', async () => {
    await openedBefore('5 days');
    await insertPoint('3 days', '1100.0001');
    await sampleEquity(broker.db);
    const days = await history('period=1M&timeframe=1D');
    expect(days.equity).toEqual([1_000, 1_000, 1_100.0001, 1_100.0001, 1_100.0001, 1_000]);
    expect(days.profit_loss.at(-2)).toBe(100.0001);
    expect(days.profit_loss_pct.at(-2)).toBe(0.1);
    expect(new Set(days.timestamp.map((second) => second % 86_400))).toEqual(new Set([0]));
  });

  test('counts from what stood before it', async () => {
    await openedBefore('5 days');
    await insertPoint('4 days', '1200');
    await sampleEquity(broker.db);
    const answer = await history('period=1D&timeframe=1H&pnl_reset=no_reset');
    expect(answer.base_value).toBe(1_200);
    expect(answer.base_value_asof).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(answer.profit_loss.at(-1)).toBe(-200);
    expect(answer.equity.length).toBeGreaterThanOrEqual(24);
  });

  test.each([
    { query: 'period=1A&timeframe=1Min', field: 'timeframe' },
    { query: 'period=1Q', field: 'period' },
    { query: 'period=1D&start=2026-01-01&end=2026-01-02', field: 'period' },
  ])('is refused, naming $field: ?$query', async ({ query, field }) => {
    const answer = await get<{ errors: unknown }>(`/portfolio/history?${query}`, 422);
    expect(answer.errors).toEqual([expect.objectContaining({ field })]);
  });

  test('begins anew after a reset', async () => {
    await insertPoint('1 minute', '7');
    await broker.db.updateTable('accounts').set({ epoch: 2 }).execute();
    expect((await history('period=1D&timeframe=1D')).equity).toEqual([0]);
  });
});
