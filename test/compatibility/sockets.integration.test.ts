/**
 * Both sockets as Alpaca's own client speaks to them: it connects, authenticates, subscribes,
 * receives, loses its connection and comes back by itself.
 */
import { streaming } from '@alpacahq/alpaca-trade-api';
import { insertTestOrder, openTestAccount, seedTestAssets } from '../harness/api-fixtures';
import type { TestAccount } from '../harness/api-fixtures';
import { createTestDatabase, type TestDatabase } from '../harness/database';
import { showStep } from '../harness/market-data';
import { writeOrderEvent } from '../harness/order-events';
import { startTestApi, type TestApi } from '../harness/test-api';
import { waitFor } from '../harness/wait-for';

let database: TestDatabase;
let api: TestApi;
let account: TestAccount;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startTestApi({ databaseUrl: database.url, limits: { eventPollMs: 50 } });
  await seedTestAssets(api.db, ['SPY', 'QQQ']);
  account = await openTestAccount(api.db);
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const options = (path: string, { keyId, secret }: Pick<TestAccount, 'keyId' | 'secret'>) => ({
  credentials: { keyId, secret },
  url: api.url.replace(/^http/, 'ws') + path,
  initialReconnectMs: 20,
});

/** Resolves when a stream has told of its next subscription. */
const subscribed = (stream: streaming.TradingStream | streaming.MarketDataStream) =>
  new Promise<void>((resolve) => {
    stream.once(streaming.EVENT.SUBSCRIPTION, () => resolve());
  });

test('the trading stream authenticates, listens and receives typed updates', async () => {
  const stream = new streaming.TradingStream(options('/stream', account));
  const errors: string[] = [];
  const updates: streaming.TradeUpdate[] = [];
  stream.onError((error: string) => errors.push(error));
  stream.onTradeUpdate((update) => updates.push(update));
  stream.subscribeTradeUpdates();
  const listening = subscribed(stream);
  stream.connect();
  expect(await stream.whenAuthenticated()).toMatchObject({ authenticated: true });
  await listening;

  const orderId = await insertTestOrder(api.db, account.accountId);
  await writeOrderEvent(api.db, orderId, 'accepted');
  await api.db
    .updateTable('orders')
    .set({
      status: 'filled',
      filled_quantity: '10',
      filled_notional: '905',
      closed_at: new Date(),
    })
    .where('order_id', '=', orderId)
    .execute();
  await writeOrderEvent(api.db, orderId, 'filled', {
    execution: {
      report_id: 'SPY-1',
      trade_id: 'SPY-1',
      price: '90.5',
      quantity: '10',
      amount: '905',
      fee: '0',
      liquidity: 'taker',
      position_quantity: '10',
    },
  });
  await waitFor('two updates', () => updates.length === 2);
  const [accepted, filled] = updates;
  expect(accepted).toMatchObject({ event: 'new', order: { id: orderId, status: 'new' } });
  expect(accepted?.timestamp).toBeInstanceOf(Date);
  expect(filled).toMatchObject({
    event: 'fill',
    price: '90.5',
    qty: '10',
    positionQty: '10',
    order: {
      id: orderId,
      symbol: 'SPY',
      status: 'filled',
      filledQty: '10',
      filledAvgPrice: '90.5',
    },
  });
  expect(filled?.executionId).toMatch(/^[0-9a-f-]{36}$/);
  expect(filled?.order.filledAt).toBeInstanceOf(Date);
  expect(errors).toEqual([]);
  stream.disconnect();
});

test('the trading stream comes back after a disconnect, and `since` tells what it missed', async () => {
  const trader = await openTestAccount(api.db);
  const stream = new streaming.TradingStream(options('/stream?since=0', trader));
  const updates: streaming.TradeUpdate[] = [];
  stream.onTradeUpdate((update) => updates.push(update));
  stream.subscribeTradeUpdates();
  const listening = subscribed(stream);
  stream.connect();
  await listening;
  const orderId = await insertTestOrder(api.db, trader.accountId);
  await writeOrderEvent(api.db, orderId, 'accepted');
  await waitFor('the first update', () => updates.length === 1);

  const lost = new Promise<void>((resolve) => {
    stream.once(streaming.STATE.DISCONNECTED, () => resolve());
  });
  const back = subscribed(stream);
  await api.app.sockets.close();
  await lost;
  await writeOrderEvent(api.db, orderId, 'pending_cancel');
  await back;
  await writeOrderEvent(api.db, orderId, 'cancel_rejected');
  // The address asks for everything since 0, so the first comes again; its id tells.
  const seen = () => [...new Set(updates.map((update) => update['event_id']))];
  await waitFor('all three', () => seen().length === 3);
  expect(updates.at(-1)).toMatchObject({ event: 'order_cancel_rejected' });
  stream.disconnect();
});

test('a wrong secret is final for the trading stream', async () => {
  const stream = new streaming.TradingStream(options('/stream', { ...account, secret: 'wrong' }));
  stream.onError(() => undefined);
  stream.connect();
  expect(await stream.whenAuthenticated()).toMatchObject({
    authenticated: false,
    status: streaming.STREAM_AUTH_STATUS.SERVER_REJECTED,
  });
});

test('the market-data stream receives trades, quotes and bars in MessagePack', async () => {
  const stream = new streaming.StockDataStream(options('/v2/iex', account));
  const errors: string[] = [];
  const received = {
    trades: [] as streaming.StreamTrade[],
    quotes: [] as streaming.StreamQuote[],
    bars: [] as streaming.StreamBar[],
  };
  stream.onError((error: string) => errors.push(error));
  stream.onTrade((trade) => received.trades.push(trade));
  stream.onQuote((quote) => received.quotes.push(quote));
  stream.onBar((bar) => received.bars.push(bar));
  stream.subscribeForTrades(['SPY']);
  stream.subscribeForQuotes(['*']);
  stream.subscribeForBars(['SPY']);
  const listening = subscribed(stream);
  stream.connect();
  await listening;
  expect(stream.getSubscriptions()).toMatchObject({ trades: ['SPY'], quotes: ['*'] });

  const at = Date.UTC(2026, 0, 5, 14, 30, 1, 250);
  const offer = { bid: ['99.5', '100'], ask: ['100.5', '200'] } as const;
  await showStep(api.db, { symbol: 'SPY', at, ...offer, trades: [[at, '100', '7']] });
  await showStep(api.db, { symbol: 'QQQ', at, ...offer });
  await showStep(api.db, { symbol: 'SPY', at: at + 60_000, ...offer });
  await waitFor('a bar', () => received.bars.length > 0);
  await waitFor('three quotes', () => received.quotes.length === 3);
  expect(received.trades).toMatchObject([
    {
      symbol: 'SPY',
      price: 100,
      size: 7,
      timestamp: new Date(at),
      timestampRaw: '2026-01-05T14:30:01.250000000Z',
      conditions: ['@'],
    },
  ]);
  expect(received.quotes.map(({ symbol }) => symbol).sort()).toEqual(['QQQ', 'SPY', 'SPY']);
  expect(received.quotes[0]).toMatchObject({ bidPrice: 99.5, askSize: 200 });
  expect(received.bars).toMatchObject([
    {
      symbol: 'SPY',
      open: 100,
      close: 100,
      volume: 7,
      vwap: 100,
      tradeCount: 1,
      timestamp: new Date(Date.UTC(2026, 0, 5, 14, 30)),
    },
  ]);
  expect(errors).toEqual([]);

  // It comes back by itself and subscribes again.
  const back = subscribed(stream);
  await api.app.sockets.close();
  await back;
  const later = at + 61_000;
  await showStep(api.db, { symbol: 'SPY', at: later, ...offer, trades: [[later, '101', '1']] });
  await waitFor('the trade after the reconnect', () => received.trades.length === 2);
  stream.unsubscribeFromTrades(['SPY']);
  await subscribed(stream);
  expect(stream.getSubscriptions().trades).toEqual([]);
  stream.disconnect();
});

test('a wrong secret is final for the market-data stream', async () => {
  const stream = new streaming.StockDataStream(options('/v2/iex', { ...account, secret: 'wrong' }));
  stream.onError(() => undefined);
  stream.connect();
  expect(await stream.whenAuthenticated()).toMatchObject({ authenticated: false, code: 402 });
});
