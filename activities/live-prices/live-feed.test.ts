import { pino } from 'pino';
import { Registry } from 'prom-client';
import {
  type MarketDataServer,
  startMarketDataServer,
} from '../../test/harness/market-data-server';
import { waitFor } from '../../test/harness/wait-for';
import { createLiveFeed, type LiveFeed } from './live-feed';
import { createLiveMetrics } from './live-metrics';

const KEY = 'AK1';
let server: MarketDataServer;
let feed: LiveFeed;
let registry: Registry;
let logged: Record<string, unknown>[];

beforeEach(async () => {
  server = await startMarketDataServer(KEY);
  registry = new Registry();
  logged = [];
  feed = createLiveFeed({
    url: server.url,
    keyId: KEY,
    secret: 'secret',
    logger: pino(
      {},
      { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) },
    ),
    metrics: createLiveMetrics(registry),
    limits: { liveReconnectFirstMs: 5, liveReconnectMaximumMs: 40, liveSilenceMs: 300 },
  });
});
afterEach(async () => {
  feed.close();
  await server.close();
});

/** Subscribes, and remembers what is told. */
function listen(symbol: string) {
  const heard: (string | number)[] = [];
  const leave = feed.subscribe(symbol, {
    quote: ({ bids }) => heard.push(`bid ${bids[0]?.price}`),
    trade: ({ price }) => heard.push(price),
  });
  return { heard, leave };
}

const trade = (S: string, p: number) => ({ T: 't', S, p, s: 1 });
const quote = (S: string, bp: number) => ({ T: 'q', S, bp, bs: 1, ap: bp + 1, as: 1 });
const asked = (action: string) => server.received.filter((message) => message['action'] === action);
const subscriptions = (count: number) =>
  waitFor('the subscription', () => asked('subscribe').length >= count);
const metric = (name: string) => registry.getSingleMetricAsString(name);

test('authenticates, subscribes and tells each symbol its own', async () => {
  const [aapl, spy] = [listen('AAPL'), listen('SPY')];
  await subscriptions(1);
  expect(server.received).toEqual([
    { action: 'auth', key: KEY, secret: 'secret' },
    { action: 'subscribe', trades: ['AAPL', 'SPY'], quotes: ['AAPL', 'SPY'] },
  ]);
  server.send(trade('AAPL', 1), quote('SPY', 2), trade('AAPL', 3));
  await waitFor('the trades', () => aapl.heard.length === 2);
  await waitFor('the quote', () => spy.heard.length === 1);
  expect([aapl.heard, spy.heard]).toEqual([[10_000, 30_000], ['bid 20000']]);
  expect(await metric('live_prices_connected')).toMatch(/ 1$/m);
  expect(server.connections()).toBe(1);
});

test('a later symbol joins the same connection, and one that nobody wants leaves it', async () => {
  const aapl = listen('AAPL');
  await subscriptions(1);
  const spy = listen('SPY');
  await subscriptions(2);
  expect(asked('subscribe').at(-1)).toMatchObject({ quotes: ['SPY'] });
  spy.leave();
  await waitFor('the unsubscription', () => asked('unsubscribe').length === 1);
  server.send(trade('SPY', 1), trade('AAPL', 2));
  await waitFor('the trade', () => aapl.heard.length === 1);
  expect(spy.heard).toEqual([]);
  expect(server.connections()).toBe(1);
});

test('a listener that comes later hears the newest quote at once', async () => {
  const first = listen('AAPL');
  await subscriptions(1);
  server.send(quote('AAPL', 5));
  await waitFor('the quote', () => first.heard.length === 1);
  expect(listen('AAPL').heard).toEqual(['bid 50000']);
});

test('a lost connection is made again with all its symbols', async () => {
  const aapl = listen('AAPL');
  listen('SPY');
  await subscriptions(1);
  for (let round = 2; round <= 4; round += 1) {
    server.cut();
    await subscriptions(round);
    expect(asked('subscribe').at(-1)).toMatchObject({ quotes: ['AAPL', 'SPY'] });
  }
  server.send(trade('AAPL', 7));
  await waitFor('the trade', () => aapl.heard.length === 1);
  expect(await metric('live_prices_reconnects_total')).toMatch(/ 3$/m);
});

test('attempts that fail wait longer each time, up to the limit', async () => {
  server.accept(null);
  listen('AAPL');
  await waitFor('some attempts', () => asked('auth').length >= 7);
  const delays = logged.flatMap((line) => (typeof line['delay_ms'] === 'number' ? [line] : []));
  const longest = [5, 10, 20, 40, 40, 40];
  delays.slice(0, 6).forEach((line, index) => {
    const most = longest[index] ?? 0;
    expect(line['delay_ms']).toBeLessThanOrEqual(most);
    expect(line['delay_ms']).toBeGreaterThanOrEqual(Math.floor(most / 2));
  });
  expect(logged.some((line) => line['code'] === 402)).toBe(true);
  server.accept(KEY);
  await subscriptions(1);
});

test('a peer that hangs is given up', async () => {
  listen('AAPL');
  await subscriptions(1);
  server.fallSilent();
  await waitFor('another attempt', () => server.connections() >= 2);
  expect(await metric('live_prices_connected')).toMatch(/ 0$/m);
});

test('what cannot be used is counted and changes nothing', async () => {
  const aapl = listen('AAPL');
  await subscriptions(1);
  server.sendRaw('{');
  server.send({ T: 't', S: 'AAPL', p: 'much', s: 1 }, trade('AAPL', 2));
  await waitFor('the trade', () => aapl.heard.length === 1);
  const ignored = await metric('live_prices_ignored_total');
  expect(ignored).toContain('reason="frame"} 1');
  expect(ignored).toContain('reason="message"} 1');
});
