import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createPriceSource } from '../../activities/market-session/create-price-source';
import { runSession } from '../../activities/market-session/session';
import { waitFor } from '../harness/wait-for';
import {
  type OrderSpec,
  type SessionProcess,
  startSessionProcess,
  TestMarket,
} from './market-fixture';

const FILE = path.resolve(__dirname, '../../data/spx-daily.csv');
const FROM = '2020-03-02';

interface Day {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
}

/** Read here in the plainest way, so that the reader under test is not its own judge. */
const DAYS: readonly Day[] = readFileSync(FILE, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(','))
  .filter(([date = '']) => date >= FROM && date <= '2020-03-31')
  .map(([date = '', open, high, low]) => ({
    date,
    open: Number(open),
    high: Number(high),
    low: Number(low),
  }));

const text = (price: number): string => price.toFixed(2);

let process: SessionProcess;
let market: TestMarket;
beforeAll(async () => {
  process = await startSessionProcess();
});
beforeEach(async () => {
  market = await TestMarket.create(process);
  await market.db
    .updateTable('assets')
    .set({
      source: JSON.stringify({ kind: 'replay', file: FILE, bars_per_second: 100, from: FROM }),
    })
    .where('symbol', '=', market.symbol)
    .execute();
});
afterEach(() => market.close());
afterAll(() => process.close());

/** Plays March 2020, in one session or, with `restarts`, in many short ones. */
async function playMarch(orders: readonly OrderSpec[], lifeMs: number): Promise<void> {
  for (const order of orders) await market.submit(order);
  const stopping = new AbortController();
  const { symbol } = market;
  const world = { ...process.world, createSource: createPriceSource };
  const playing = (async () => {
    while (!stopping.signal.aborted) {
      await runSession(world, { symbol, lifeMs, signal: stopping.signal });
    }
  })();
  await waitFor('April 2020', async () => {
    const at = (await market.cursor().catch(() => undefined))?.market_at;
    return at != null && at.toISOString() > '2020-04-01';
  });
  stopping.abort();
  await playing;
}

/** In March: a session may play on past the end of the file, from its beginning, until it ends. */
const tradesOf = async () =>
  (await market.reports())
    .filter(({ kind, market_at }) => kind === 'trade' && market_at.toISOString() < '2020-04-01')
    .map(({ order_id, price, market_at }) => ({
      order_id,
      price: Number(price),
      date: market_at.toISOString().slice(0, 10),
    }));

test('a limit fills on the day of March 2020 whose real low first reaches it', async () => {
  const lowest = Math.min(...DAYS.map(({ low }) => low));
  const limits = [2_950, 2_800.5, 2_700, 2_600, 2_480, 2_400, 2_300, 2_195, lowest - 0.01];
  const orders = limits.map((limit) => ({
    orderId: randomUUID(),
    quantity: 10,
    limit: text(limit),
  }));
  await playMarch(orders, 60_000);
  const expected = limits.flatMap((limit, place) => {
    const day = DAYS.find(({ low }) => low <= limit);
    // After a gap it trades at the open, else at its limit on the way.
    const price = Math.min(day?.open ?? 0, limit);
    return day === undefined ? [] : [{ order_id: orders[place]?.orderId, price, date: day.date }];
  });
  const trades = await tradesOf();
  expect(trades).toEqual(expected);
  for (const { price, date } of trades) {
    const day = DAYS.find((candidate) => candidate.date === date);
    expect(price).toBeGreaterThanOrEqual(day?.low ?? Infinity);
    expect(price).toBeLessThanOrEqual(day?.high ?? 0);
  }
});

test('a day order lives until the close of its first day only', async () => {
  await playMarch([{ quantity: 1, limit: '2300.00', timeInForce: 'day' }], 60_000);
  const [report] = await market.reports();
  expect(report).toMatchObject({ kind: 'expired', reason: 'session_close' });
  expect(report?.market_at.toISOString()).toBe('2020-03-02T20:59:59.999Z');
});

test('sessions that end every few bars lose no print and double none', async () => {
  await playMarch([{ quantity: 3, limit: '2480.00' }], 25);
  const first = DAYS.find(({ low }) => low <= 2_480);
  expect((await tradesOf()).map(({ date, price }) => [date, price])).toEqual([
    [first?.date, 2_480],
  ]);
  const { rows } = await process.handle.pool.query<{ day: string; low: string; volume: string }>(
    `select to_char(start at time zone 'utc', 'YYYY-MM-DD') as day, min(low) as low,
      sum(volume) as volume from bars where symbol = $1 and start < '2020-04-01'
     group by 1 order by 1`,
    [market.symbol],
  );
  expect(rows.map(({ day, low }) => [day, Number(low)])).toEqual(
    DAYS.map(({ date, low }) => [date, low]),
  );
  const volumes = readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => line >= FROM && line < '2020-04')
    .map((line) => Number(line.split(',')[5]));
  expect(rows.map(({ volume }) => Number(volume))).toEqual(volumes);
});
