import { trading } from '@alpacahq/alpaca-trade-api';
import { startTestStack, type TestStack } from '../harness/stack';
import { waitFor } from '../harness/wait-for';
import {
  acceptedOrder,
  type Broker,
  call,
  expectInvariants,
  openAccount,
  openBroker,
  steerFeed,
  type Trader,
  waitForStatus,
} from './broker';

/** Alpaca's own client, of which only the address is changed. */
jest.setTimeout(240_000);

let stack: TestStack;
let broker: Broker;
let trader: Trader;

beforeAll(async () => {
  stack = await startTestStack();
  broker = openBroker(stack);
  await steerFeed(broker, 'SPY', { action: 'pause' });
}, 120_000);
beforeEach(async () => {
  trader = await openAccount(broker, 'client', '100000');
});
afterAll(async () => {
  await broker.close();
  await stack.remove();
}, 60_000);

function configure(): trading.Configuration {
  const { keyId, secret } = trader;
  return new trading.Configuration({ basePath: stack.endpoints().api, keyId, secret });
}

const buy = async (qty: string, more: object = {}) => {
  const terms = { symbol: 'SPY', qty, side: 'buy', type: 'market', ...more } as const;
  return acceptedOrder(broker, trader, terms);
};

async function own(qty: string): Promise<void> {
  await waitForStatus(broker, trader, (await buy(qty)).id, ['filled']);
}

const restingBuy = () => buy('1', { type: 'limit', limit_price: '300.00' });

/** Of the newest error that the client throws. */
async function codeOf(request: Promise<unknown>): Promise<unknown> {
  const error: unknown = await request.then(
    () => null,
    (reason: unknown) => reason,
  );
  return (error as { code?: unknown } | null)?.code;
}

test('positions are read and closed: a part, then all of them with the orders', async () => {
  const positions = new trading.PositionsApi(configure());
  await own('10');
  const [position] = await positions.getAllOpenPositions();
  expect(position).toMatchObject({ symbol: 'SPY', qty: '10', side: 'long', exchange: 'ARCA' });
  const symbolOrAssetId = position?.assetId ?? '';

  const half = await positions.deleteOpenPosition({ symbolOrAssetId, percentage: 50 });
  expect(half).toMatchObject({ side: 'sell', qty: '5', type: 'market' });
  await waitForStatus(broker, trader, half.id ?? '', ['filled']);
  expect((await positions.getOpenPosition({ symbolOrAssetId: 'SPY' })).qty).toBe('5');

  // Holds the shares until it is canceled.
  const offer = { side: 'sell', type: 'limit', limit_price: '900.00' };
  const held = await acceptedOrder(broker, trader, {
    symbol: 'SPY',
    qty: '5',
    ...offer,
  } as Parameters<typeof acceptedOrder>[2]);
  const refused = await positions.deleteAllOpenPositions();
  expect(refused).toMatchObject([{ symbol: 'SPY', status: 403 }]);
  const [closed] = await positions.deleteAllOpenPositions({ cancelOrders: true });
  expect(closed).toMatchObject({ symbol: 'SPY', status: 200, body: { qty: '5', side: 'sell' } });
  await waitForStatus(broker, trader, held.id, ['canceled']);
  await waitForStatus(broker, trader, closed?.body?.id ?? '', ['filled']);
  expect(await positions.getAllOpenPositions()).toEqual([]);
  expect(await codeOf(positions.deleteOpenPosition({ symbolOrAssetId }))).toBe(40_410_000);
  await expectInvariants(broker, [held.id, half.id ?? '']);
});

test('account, configurations, activities, orders and lists of the account are read', async () => {
  const configuration = configure();
  await own('2');
  expect(await new trading.AccountsApi(configuration).getAccount()).toMatchObject({
    id: trader.accountId,
    status: 'ACTIVE',
    multiplier: '1',
    lastEquity: '100000',
  });
  const activities = await new trading.AccountActivitiesApi(configuration).getAccountActivities({
    activityTypes: ['FILL', 'CSD'],
    until: new Date(Date.now() + 60_000),
  });
  expect(activities.map(({ activityType }) => activityType)).toEqual(['FILL', 'CSD']);
  expect(activities[0]?.transactionTime?.getTime()).toBeGreaterThan(0);

  const history = await new trading.PortfolioHistoryApi(configuration).getAccountPortfolioHistory({
    period: '1D',
    timeframe: '1H',
  });
  expect(history).toMatchObject({ baseValue: 100_000, timeframe: '1H' });
  expect(history.equity).toHaveLength(history.timestamp.length);

  const orders = new trading.OrdersApi(configuration);
  const [order] = await orders.getAllOrders({ status: 'all', assetClass: ['us_equity'] });
  expect(order).toMatchObject({ symbol: 'SPY', status: 'filled', filledQty: '2' });
  const { clientOrderId = '', id = '' } = order ?? {};
  expect((await orders.getOrderByClientOrderId({ clientOrderId })).id).toBe(id);
  expect((await orders.getOrderByOrderID({ orderId: id, nested: true })).id).toBe(id);

  const settings = new trading.AccountConfigurationsApi(configuration);
  await settings.patchAccountConfig({ accountConfigurations: { suspendTrade: true } });
  const blocked = orders.postOrder({
    postOrderRequest: { symbol: 'SPY', qty: '1', side: 'buy', type: 'market', timeInForce: 'day' },
  } as never);
  expect(await codeOf(blocked)).toBe(40_310_000);
  expect((await settings.getAccountConfig()).suspendTrade).toBe(true);
});

test('assets, clock, calendar and watchlists speak the same words', async () => {
  const configuration = configure();
  const assets = new trading.AssetsApi(configuration);
  const found = await assets.getV2Assets({ status: 'active', assetClass: 'us_equity' });
  const spy = found.find(({ symbol }) => symbol === 'SPY');
  expect(spy).toMatchObject({ exchange: 'ARCA', _class: 'us_equity', tradable: true });
  const byId = await assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: spy?.id ?? '' });
  expect(byId).toEqual(spy);

  const clock = await new trading.ClockApi(configuration).legacyClock();
  expect(clock.nextClose.getTime()).toBeGreaterThan(clock.timestamp.getTime());
  const days = await new trading.CalendarApi(configuration).legacyCalendar({
    start: new Date('2026-03-02'),
    end: new Date('2026-03-03'),
  });
  expect(days.length).toBeGreaterThan(0);

  const lists = new trading.WatchlistsApi(configuration);
  const { id: watchlistId } = await lists.postWatchlist({
    createWatchlistRequest: { name: 'A & B', symbols: ['SPY'] },
  });
  await lists.addAssetToWatchlistByName({
    name: 'A & B',
    addAssetToWatchlistRequest: { symbol: 'AAPL' },
  });
  await lists.removeAssetFromWatchlist({ watchlistId, symbol: 'SPY' });
  const list = await lists.getWatchlistByName({ name: 'A & B' });
  expect(list.assets?.map(({ symbol }) => symbol)).toEqual(['AAPL']);
  await lists.deleteWatchlistById({ watchlistId });
  expect(await lists.getWatchlists()).toEqual([]);
});

test('a reset survives the death of the process that does it', async () => {
  await own('3');
  const resting = await restingBuy();
  stack.kill('platform-worker');
  const reset = await call<{ status: string }>(broker, trader, 'POST', '/v2/account/reset', {
    cash: 5000,
  });
  expect([200, 202]).toContain(reset.status);
  const account = await waitFor(
    'the account to begin anew',
    async () => {
      const { body } = await call<Record<string, string>>(broker, trader, 'GET', '/v2/account');
      return body['cash'] === '5000' && body;
    },
    60_000,
  );
  expect(account).toMatchObject({ status: 'ACTIVE', equity: '5000', last_equity: '5000' });
  expect((await call(broker, trader, 'GET', '/v2/positions')).body).toEqual([]);
  expect((await call(broker, trader, 'GET', '/v2/orders?status=all')).body).toEqual([]);
  await waitForStatus(broker, trader, resting.id, ['canceled']);
  const run = broker.temporal.workflow.getHandle(`reset:${trader.accountId}:1`);
  expect(await run.result()).toEqual({ accountId: trader.accountId, epoch: 2 });
  // The new epoch trades.
  await own('2');
  await expectInvariants(broker);
});
