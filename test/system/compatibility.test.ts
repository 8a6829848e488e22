import { randomBytes } from 'node:crypto';
import { Alpaca, type streaming } from '@alpacahq/alpaca-trade-api';
import { createOfficialClient } from '../compatibility/official-client';
import { createPlainClient, type Send } from '../compatibility/plain-client';
import { runStep, type StepRunner } from '../compatibility/run-step';
import { readStepFiles } from '../compatibility/step';
import {
  nextSubscription,
  openWatchedStream,
  startListening,
} from '../compatibility/watched-stream';
import { startTestStack, type TestStack } from '../harness/stack';
import { waitFor } from '../harness/wait-for';
import {
  type Broker,
  expectInvariants,
  movePrice,
  openAccount,
  openBroker,
  steerFeed,
  type Trader,
} from './broker';

let stack: TestStack;
let broker: Broker;

beforeAll(async () => {
  stack = await startTestStack();
  broker = openBroker(stack);
}, 120_000);

afterAll(async () => {
  await broker.close();
  await stack.remove();
}, 60_000);

const CLIENTS = [
  { client: 'plain HTTP', symbol: 'AAPL' },
  { client: "Alpaca's own client", symbol: 'AMZN' },
];

describe.each(CLIENTS)('with $client', ({ client, symbol }) => {
  const official = client !== 'plain HTTP';
  let send: Send;
  let sendAsAdmin: Send;
  let runner: StepRunner;

  beforeAll(async () => {
    const { api } = stack.endpoints();
    const terms = { cash: '100000', multiplier: 2, shorting_enabled: true } as const;
    const trader = await openAccount(broker, client, terms);
    const plain = createPlainClient(api, trader);
    const speak = createOfficialClient(api, trader);
    send = official ? (request) => (speak(request) ?? plain)(request) : plain;
    sendAsAdmin = createPlainClient(api, broker.demo);
    const saved = new Map([
      ['symbol', symbol],
      ['run', randomBytes(4).toString('hex')],
    ]);
    runner = { send, strict: !official, saved };
  });

  describe.each(readStepFiles())('$name', ({ steps }) => {
    const said = steps.filter(({ extension }) => !official || extension !== true);

    test.each(said)('$step', async (step) => {
      const by: StepRunner =
        step.by === 'admin' ? { ...runner, send: sendAsAdmin, strict: true } : runner;
      expect(await runStep(by, step)).toEqual([]);
    });
  });

  test('and the broker is exact after it', async () => {
    await expectInvariants(broker);
  });
});

describe("the conveniences of Alpaca's own client", () => {
  const symbol = 'TSLA';
  let trader: Trader;
  let alpaca: Alpaca;

  beforeAll(async () => {
    trader = await openAccount(broker, 'conveniences', '100000');
    const { api } = stack.endpoints();
    const { keyId, secret } = trader;
    // The bundle of all parts takes no base path, but any `fetch`.
    const fetchApi = (url: unknown, init?: RequestInit) =>
      fetch(String(url).replace(/^https:\/\/[\w.-]+/, api), init);
    // Its timers outlive the requests, and would keep the test's process.
    const options = { rateLimit: false, retry: false, timeoutMs: 0 } as const;
    alpaca = new Alpaca({ keyId, secret, ...options, fetchApi });
    await steerFeed(broker, symbol, { action: 'pause' });
    await movePrice(broker, symbol, '245.00');
  });

  test('it checks the connection and knows the latest price', async () => {
    expect(await alpaca.trading.validateConnection()).toMatchObject({ ok: true });
    expect(await alpaca.marketData.getLatestPrice(symbol)).toBe(245);
    const bars = await alpaca.marketData.getStockBarsFor(symbol, {
      timeframe: '1Min',
      start: new Date('2026-01-01'),
    } as never);
    expect(bars.at(-1)).toMatchObject({ open: expect.any(Number), close: 245 });
  });

  test('it submits an order and waits for its end over the stream', async () => {
    const { stream: updates } = openWatchedStream(stack.endpoints().api, trader, false);
    const filled = await alpaca.trading.submitAndWait(
      { type: 'market', symbol, qty: 20, side: 'buy' },
      { stream: connected(updates), timeoutMs: 20_000 },
    );
    updates.disconnect();
    expect(filled).toMatchObject({ status: 'filled', filledQty: '20', symbol });
  });

  test('its builders place every type and class', async () => {
    const { orders } = alpaca.trading;
    const sell = { symbol, qty: 1, side: 'sell', timeInForce: 'gtc' } as const;
    const buy = { ...sell, side: 'buy' } as const;
    const exits = { takeProfit: { limitPrice: 300 }, stopLoss: { stopPrice: 200 } };
    const placed = [
      await orders.limit({ ...buy, limitPrice: 210 }),
      await orders.stop({ ...sell, stopPrice: 200 }),
      await orders.stopLimit({ ...sell, stopPrice: 200, limitPrice: 199 }),
      await orders.trailingStop({ ...sell, trailPercent: 5 }),
      await orders.trailingStop({ ...sell, trailPrice: 12.5 }),
      await orders.bracket({ ...buy, limitPrice: 210, ...exits }),
      await orders.oco({ ...sell, ...exits }),
      await orders.oto({ ...buy, limitPrice: 210, stopLoss: exits.stopLoss }),
    ];
    expect(placed.map(({ type, orderClass }) => `${type} ${String(orderClass)}`)).toEqual([
      'limit simple',
      'stop simple',
      'stop_limit simple',
      'trailing_stop simple',
      'trailing_stop simple',
      'limit bracket',
      'limit oco',
      'limit oto',
    ]);
    const canceled = await orders.deleteAllOrders();
    expect(canceled.length).toBeGreaterThan(placed.length);
    expect(new Set(canceled.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test('it closes all positions and pages through the activities', async () => {
    await alpaca.trading.closeAllPositions({ cancelOrders: true });
    await waitFor('no position', async () => {
      return (await alpaca.trading.positions.getAllOpenPositions()).length === 0;
    });
    const ids: unknown[] = [];
    for await (const { id } of alpaca.trading.iterateActivities({ pageSize: 1 })) ids.push(id);
    expect(ids.length).toBeGreaterThan(2);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('its stream tells every event once, through three cuts of the connection', async () => {
    const watched = openWatchedStream(stack.endpoints().api, trader, true);
    await startListening(watched);
    const { orders } = alpaca.trading;
    const before = await lastSequence(trader);
    for (let cut = 0; cut < 3; cut += 1) {
      const resting = await orders.limit({ symbol, qty: 1, side: 'buy', limitPrice: 210 });
      await orders.market({ symbol, qty: 1, side: 'buy' });
      await waitFor('a fill', () => watched.updates.some(({ event }) => event === 'fill'));
      const back = nextSubscription(watched.stream);
      watched.cut();
      await orders.deleteOrderByOrderID({ orderId: resting.id ?? '' });
      await orders.market({ symbol, qty: 1, side: 'sell' });
      await back;
    }
    await expectInvariants(broker);
    const happened = await orderEventsAfter(trader, before);
    await waitFor('all of it', () => watched.updates.length >= happened.length);
    expect(watched.updates.map((update) => update['event_id'])).toEqual(happened);
    const ends = watched.updates.filter(({ event }) => ['fill', 'canceled'].includes(event));
    expect(new Set(ends.map(({ order }) => order.id)).size).toBe(ends.length);
    watched.stream.disconnect();
  });
});

/** `submitAndWait` waits for the subscription of a stream that it was given. */
function connected(updates: streaming.TradingStream): streaming.TradingStream {
  updates.connect();
  return updates;
}

async function lastSequence({ accountId }: Trader): Promise<string> {
  const { last } = await broker.db
    .selectFrom('events')
    .select((eb) => eb.fn.coalesce(eb.fn.max('sequence'), eb.val('0')).as('last'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return last;
}

/** Ids of what happened to the account's orders, in the order in which it happened. */
async function orderEventsAfter({ accountId }: Trader, sequence: string): Promise<string[]> {
  const rows = await broker.db
    .selectFrom('events')
    .select('event_id')
    .where('account_id', '=', accountId)
    .where('sequence', '>', sequence)
    .where('type', 'like', 'everfill.order.%')
    .orderBy('sequence')
    .execute();
  return rows.map((row) => row.event_id);
}
