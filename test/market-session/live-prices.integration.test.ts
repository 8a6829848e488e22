/** A market whose prices come over the wire, from the stream to the trade. */
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createLiveFeed } from '../../activities/live-prices/live-feed';
import { createLiveMetrics } from '../../activities/live-prices/live-metrics';
import {
  createPriceSource,
  type LivePrices,
} from '../../activities/market-session/create-price-source';
import { runSession } from '../../activities/market-session/session';
import { type MarketDataServer, startMarketDataServer } from '../harness/market-data-server';
import { waitFor } from '../harness/wait-for';
import { type SessionProcess, startSessionProcess, TestMarket } from './market-fixture';

let process: SessionProcess;
let server: MarketDataServer;
let live: LivePrices;
let registry: Registry;
let market: TestMarket;
let stop: () => Promise<void>;
const STALE_MS = 400;

beforeAll(async () => {
  process = await startSessionProcess();
  server = await startMarketDataServer('AK1');
  registry = new Registry();
  const logger = pino({ level: 'silent' });
  const metrics = createLiveMetrics(registry);
  const limits = { liveReconnectFirstMs: 5, liveReconnectMaximumMs: 20, liveSilenceMs: 2_000 };
  const keys = { keyId: 'AK1', secret: 'secret' };
  const feed = createLiveFeed({ ...keys, url: server.url, logger, metrics, limits });
  live = { feed, metrics, logger };
});
afterAll(async () => {
  live.feed.close();
  await server.close();
  await process.close();
});
beforeEach(async () => {
  market = await TestMarket.create(process);
  await market.db
    .updateTable('assets')
    .set({ source: JSON.stringify({ kind: 'live', stale_after_ms: STALE_MS }) })
    .where('symbol', '=', market.symbol)
    .execute();
  const before = server.received.length;
  stop = startSession();
  await waitFor('the subscription', () =>
    server.received
      .slice(before)
      .some(({ action, quotes }) => action === 'subscribe' && includes(quotes, market.symbol)),
  );
});
afterEach(() => stop());

const includes = (list: unknown, symbol: string): boolean =>
  Array.isArray(list) && list.includes(symbol);

function startSession(): () => Promise<void> {
  const stopping = new AbortController();
  const ended = runSession(
    { ...process.world, createSource: (start) => createPriceSource(start, live) },
    { symbol: market.symbol, lifeMs: 60_000, signal: stopping.signal },
  );
  return async () => {
    stopping.abort();
    await ended;
  };
}

const quote = (bp: number, ap: number) => ({ T: 'q', S: market.symbol, bp, bs: 100, ap, as: 100 });
const trade = (p: number, s = 5) => ({ T: 't', S: market.symbol, p, s });
const isHalted = async () => (await market.cursor()).halted;
const fills = async () => (await market.reports()).filter(({ kind }) => kind === 'trade');

/** Sends a quote again and again, as a real market does, until the returned function is called. */
function keepQuoting(bp: number, ap: number): () => void {
  server.send(quote(bp, ap));
  const timer = setInterval(() => server.send(quote(bp, ap)), STALE_MS / 4);
  return () => clearInterval(timer);
}

test('orders trade at the quotes of the stream, and its trades become bars', async () => {
  const silence = keepQuoting(99.5, 100.5);
  server.send(trade(100, 7));
  const orderId = await market.submit({ quantity: 3, limit: '101' });
  await waitFor('the fill', async () => (await fills()).length === 1);
  silence();
  expect(await fills()).toMatchObject([{ order_id: orderId, price: '100.5000' }]);
  const [bar] = await market.db
    .selectFrom('bars')
    .selectAll()
    .where('symbol', '=', market.symbol)
    .execute();
  expect(bar).toMatchObject({ open: '100.0000', volume: '10.000000000', trade_count: '2' });
});

test('on stale prices nothing matches, orders wait and cancels work', async () => {
  await waitFor('the halt before the first quote', isHalted);
  let silence = keepQuoting(99.5, 100.5);
  await waitFor('the first quote', async () => !(await isHalted()));
  silence();
  await waitFor('the halt', isHalted);
  expect(await registry.getSingleMetricAsString('live_prices_stale')).toContain(
    `{symbol="${market.symbol}"} 1`,
  );
  const buyId = await market.submit({ quantity: 3, limit: '101' });
  // Neither the old quote nor another order is met.
  await market.submit({ quantity: 3, limit: '100', side: 'sell' });
  const canceledId = await market.submit({ quantity: 1, limit: '101' });
  await market.command('cancel', canceledId, { account_id: market.accountId }, 1);
  await market.applied();
  expect((await market.reports()).map(({ kind, order_id: id }) => [kind, id])).toEqual([
    ['canceled', canceledId],
  ]);
  silence = keepQuoting(80, 81);
  await waitFor('the fills', async () => (await fills()).length >= 1);
  silence();
  // The first trade is at the new quote, not at the one that was gone.
  expect((await fills())[0]).toMatchObject({ order_id: buyId, price: '81.0000' });
});

test('an operator’s halt outlives stale prices, and cannot be ended into them', async () => {
  const silence = keepQuoting(99.5, 100.5);
  await waitFor('the first quote', async () => !(await isHalted()));
  await market.command('halt', null);
  await market.applied();
  silence();
  await waitFor('the prices to be stale', async () =>
    /\} 1$/m.test(await registry.getSingleMetricAsString('live_prices_stale')),
  );
  await market.command('unhalt', null, {}, 1);
  await market.applied();
  expect(await isHalted()).toBe(true);
  const again = keepQuoting(99.5, 100.5);
  await waitFor('the end of both', async () => !(await isHalted()));
  again();
});

test('the next session starts halted until its prices are known to be fresh', async () => {
  const silence = keepQuoting(99.5, 100.5);
  await waitFor('the first quote', async () => !(await isHalted()));
  silence();
  await stop();
  stop = startSession();
  await waitFor('the halt', isHalted);
  const again = keepQuoting(99.5, 100.5);
  await waitFor('fresh prices', async () => !(await isHalted()));
  again();
  expect(await market.reports()).toEqual([]);
});
