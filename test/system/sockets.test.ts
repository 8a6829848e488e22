/** From an order and a price to the sockets, through every process. */
import { streaming } from '@alpacahq/alpaca-trade-api';
import { type MarketDataServer, startMarketDataServer } from '../harness/market-data-server';
import { startTestStack, type TestStack } from '../harness/stack';
import { waitFor } from '../harness/wait-for';
import { acceptedOrder, type Broker, openBroker, waitForStatus } from './broker';

jest.setTimeout(240_000);

let upstream: MarketDataServer;
let stack: TestStack;
let broker: Broker;

beforeAll(async () => {
  upstream = await startMarketDataServer('AK1');
  stack = await startTestStack({
    args: ['--live', 'NVDA'],
    env: {
      LIVE_PRICES_URL: upstream.url,
      LIVE_PRICES_KEY_ID: 'AK1',
      LIVE_PRICES_SECRET_KEY: 'secret',
    },
  });
  broker = openBroker(stack);
}, 120_000);

afterAll(async () => {
  await broker.close();
  await stack.remove();
  await upstream.close();
}, 60_000);

const options = (path: string) => ({
  credentials: { keyId: broker.demo.keyId, secret: broker.demo.secret },
  url: stack.endpoints().api.replace(/^http/, 'ws') + path,
});

const subscribed = (stream: streaming.TradingStream | streaming.MarketDataStream) =>
  new Promise<void>((resolve) => {
    stream.once(streaming.EVENT.SUBSCRIPTION, () => resolve());
  });

test('a market order is told to the trading stream within a second of its fill', async () => {
  const stream = new streaming.TradingStream(options('/stream'));
  const updates: { event: string; at: number }[] = [];
  stream.onTradeUpdate(({ event }) => updates.push({ event, at: Date.now() }));
  stream.subscribeTradeUpdates();
  const listening = subscribed(stream);
  stream.connect();
  await listening;
  const order = { symbol: 'SPY', qty: '3', side: 'buy', type: 'market' } as const;
  const { id } = await acceptedOrder(broker, broker.demo, order);
  const filled = await waitForStatus(broker, broker.demo, id, ['filled'], 10_000);
  await waitFor('the fill to be told', () => updates.some(({ event }) => event === 'fill'));
  expect(updates.map(({ event }) => event)).toEqual(['new', 'fill']);
  expect(updates.at(-1)?.at).toBeLessThan(Date.parse(filled.filled_at ?? '') + 1_000);
  stream.disconnect();
});

test('simulated markets are told to the market-data stream', async () => {
  const stream = new streaming.StockDataStream(options('/v2/iex'));
  const seen = new Set<string>();
  stream.onTrade(({ symbol, size }) => seen.add(`trade ${symbol} ${size > 0}`));
  stream.onQuote(({ symbol }) => seen.add(`quote ${symbol}`));
  stream.subscribeForTrades(['AAPL']);
  stream.subscribeForQuotes(['*']);
  stream.connect();
  const wanted = ['trade AAPL true', 'quote AAPL', 'quote MSFT', 'quote SPY'];
  await waitFor('prices', () => wanted.every((what) => seen.has(what)));
  expect([...seen]).toEqual(expect.arrayContaining(wanted));
  stream.disconnect();
});

test('an order of a live symbol is filled at the price of its stream', async () => {
  const quote = { T: 'q', S: 'NVDA', bp: 499.9, bs: 500, ap: 500.1, as: 500 };
  const timer = setInterval(() => upstream.send(quote, { T: 't', S: 'NVDA', p: 500, s: 9 }), 100);
  await waitFor('a price', async () => {
    const row = await broker.db
      .selectFrom('feed_cursors')
      .select(['print', 'halted'])
      .where('symbol', '=', 'NVDA')
      .executeTakeFirst();
    return row?.halted === false && row.print !== null;
  });
  const order = { symbol: 'NVDA', qty: '2', side: 'buy', type: 'market' } as const;
  const { id } = await acceptedOrder(broker, broker.demo, order);
  const filled = await waitForStatus(broker, broker.demo, id, ['filled'], 10_000);
  clearInterval(timer);
  expect(filled).toMatchObject({ filled_qty: '2', filled_avg_price: '500.1' });
});
