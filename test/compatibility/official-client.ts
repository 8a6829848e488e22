/**
 * The suite's second client, which nobody here wrote: Alpaca's own for TypeScript. Each line of
 * the table is one of its generated methods; only its base path and keys are ours.
 */
import { ApiError, marketData, trading, withResponse } from '@alpacahq/alpaca-trade-api';
import type { Keys, Reply, Request, Send } from './plain-client';
import type { Json } from './step';
import { toClientNames, toWireNames } from './wire-names';

type Raw = Parameters<typeof withResponse>[0];
type Method = (parameters: never) => Raw;

interface Call {
  readonly method: Method;
  /** What the client calls the body. */
  readonly body?: string;
  /** Parameters it wants as instants, numbers, lists or booleans. */
  readonly dates?: readonly string[];
  readonly lists?: readonly string[];
}

/** `null` where the client has no such method: an extension, or a mistake in a table. */
export function createOfficialClient(base: string, keys: Keys): (request: Request) => Send | null {
  const calls = createCalls(base, keys);
  return ({ request }) => {
    const call = calls[request];
    return call === undefined ? null : (asked) => send(call, asked);
  };
}

async function send(call: Call, { path = {}, query = {}, body }: Request): Promise<Reply> {
  const parameters: Record<string, unknown> = { ...path };
  for (const [name, text] of Object.entries(query))
    parameters[name] = readParameter(call, name, text);
  const named = toClientNames(parameters) as Record<string, unknown>;
  if (call.body !== undefined) named[call.body] = toClientNames(body ?? {});
  try {
    const { data, status } = await withResponse(call.method(named as never));
    return { status, body: (toWireNames(data) ?? null) as Json };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, body: { code: error.code as Json, message: error.message } };
  }
}

function readParameter({ dates = [], lists = [] }: Call, name: string, text: string): unknown {
  if (dates.includes(name)) return new Date(text);
  if (lists.includes(name)) return text.split(',');
  return text;
}

const RANGE = ['start', 'end'];

function createCalls(base: string, { keyId, secret }: Keys): Readonly<Record<string, Call>> {
  // Its timers outlive the requests, and would keep the process of the tests.
  const options = { basePath: base, keyId, secret, timeoutMs: 0 };
  const config = new trading.Configuration(options);
  const data = new marketData.Configuration(options);
  return {
    ...accountCalls(config),
    ...orderCalls(config),
    ...watchlistCalls(config),
    ...stockCalls(data),
  };
}

function accountCalls(config: trading.Configuration): Record<string, Call> {
  const account = new trading.AccountsApi(config);
  const settings = new trading.AccountConfigurationsApi(config);
  const activities = new trading.AccountActivitiesApi(config);
  const history = new trading.PortfolioHistoryApi(config);
  const assets = new trading.AssetsApi(config);
  const clock = new trading.ClockApi(config);
  const calendar = new trading.CalendarApi(config);
  const days = ['date', 'until', 'after'];
  return {
    'GET /v2/account': { method: () => account.getAccountRaw() },
    'GET /v2/account/configurations': { method: () => settings.getAccountConfigRaw() },
    'PATCH /v2/account/configurations': {
      method: (given) => settings.patchAccountConfigRaw(given),
      body: 'accountConfigurations',
    },
    'GET /v2/account/activities': {
      method: (given) => activities.getAccountActivitiesRaw(given),
      dates: days,
      lists: ['activity_types'],
    },
    'GET /v2/account/activities/{activity_type}': {
      method: (given) => activities.getAccountActivitiesByActivityTypeRaw(given),
      dates: days,
    },
    'GET /v2/account/portfolio/history': {
      method: (given) => history.getAccountPortfolioHistoryRaw(given),
      dates: RANGE,
    },
    'GET /v2/assets': {
      method: (given) => assets.getV2AssetsRaw(given),
      lists: ['attributes'],
    },
    'GET /v2/assets/{symbol_or_asset_id}': {
      method: (given) => assets.getV2AssetsSymbolOrAssetIdRaw(given),
    },
    'GET /v2/clock': { method: () => clock.legacyClockRaw() },
    'GET /v2/calendar': { method: (given) => calendar.legacyCalendarRaw(given), dates: RANGE },
    'GET /v3/clock': { method: (given) => clock.clockRaw(given), dates: ['time'] },
    'GET /v3/calendar/{market}': { method: (given) => calendar.calendarRaw(given), dates: RANGE },
  };
}

function orderCalls(config: trading.Configuration): Record<string, Call> {
  const orders = new trading.OrdersApi(config);
  const positions = new trading.PositionsApi(config);
  return {
    'POST /v2/orders': { method: (given) => orders.postOrderRaw(given), body: 'postOrderRequest' },
    'GET /v2/orders': { method: (given) => orders.getAllOrdersRaw(given), lists: ['asset_class'] },
    'DELETE /v2/orders': { method: () => orders.deleteAllOrdersRaw() },
    'GET /v2/orders:by_client_order_id': {
      method: (given) => orders.getOrderByClientOrderIdRaw(given),
    },
    'GET /v2/orders/{order_id}': { method: (given) => orders.getOrderByOrderIDRaw(given) },
    'PATCH /v2/orders/{order_id}': {
      method: (given) => orders.patchOrderByOrderIdRaw(given),
      body: 'patchOrderRequest',
    },
    'DELETE /v2/orders/{order_id}': { method: (given) => orders.deleteOrderByOrderIDRaw(given) },
    'GET /v2/positions': { method: () => positions.getAllOpenPositionsRaw() },
    'DELETE /v2/positions': { method: (given) => positions.deleteAllOpenPositionsRaw(given) },
    'GET /v2/positions/{symbol_or_asset_id}': {
      method: (given) => positions.getOpenPositionRaw(given),
    },
    'DELETE /v2/positions/{symbol_or_asset_id}': {
      method: (given) => positions.deleteOpenPositionRaw(given),
    },
  };
}

function watchlistCalls(config: trading.Configuration): Record<string, Call> {
  const lists = new trading.WatchlistsApi(config);
  return {
    'GET /v2/watchlists': { method: () => lists.getWatchlistsRaw() },
    'POST /v2/watchlists': {
      method: (given) => lists.postWatchlistRaw(given),
      body: 'createWatchlistRequest',
    },
    'GET /v2/watchlists:by_name': { method: (given) => lists.getWatchlistByNameRaw(given) },
    'PUT /v2/watchlists:by_name': {
      method: (given) => lists.updateWatchlistByNameRaw(given),
      body: 'updateWatchlistRequest',
    },
    'POST /v2/watchlists:by_name': {
      method: (given) => lists.addAssetToWatchlistByNameRaw(given),
      body: 'addAssetToWatchlistRequest',
    },
    'DELETE /v2/watchlists:by_name': { method: (given) => lists.deleteWatchlistByNameRaw(given) },
    'GET /v2/watchlists/{watchlist_id}': { method: (given) => lists.getWatchlistByIdRaw(given) },
    'PUT /v2/watchlists/{watchlist_id}': {
      method: (given) => lists.updateWatchlistByIdRaw(given),
      body: 'updateWatchlistRequest',
    },
    'POST /v2/watchlists/{watchlist_id}': {
      method: (given) => lists.addAssetToWatchlistRaw(given),
      body: 'addAssetToWatchlistRequest',
    },
    'DELETE /v2/watchlists/{watchlist_id}': {
      method: (given) => lists.deleteWatchlistByIdRaw(given),
    },
    'DELETE /v2/watchlists/{watchlist_id}/{symbol}': {
      method: (given) => lists.removeAssetFromWatchlistRaw(given),
    },
  };
}

function stockCalls(config: marketData.Configuration): Record<string, Call> {
  const stocks = new marketData.StockApi(config);
  return {
    'GET /v2/stocks/bars': { method: (given) => stocks.stockBarsRaw(given), dates: RANGE },
    'GET /v2/stocks/quotes': { method: (given) => stocks.stockQuotesRaw(given), dates: RANGE },
    'GET /v2/stocks/trades': { method: (given) => stocks.stockTradesRaw(given), dates: RANGE },
    'GET /v2/stocks/{symbol}/bars': {
      method: (given) => stocks.stockBarSingleRaw(given),
      dates: RANGE,
    },
    'GET /v2/stocks/{symbol}/quotes': {
      method: (given) => stocks.stockQuoteSingleRaw(given),
      dates: RANGE,
    },
    'GET /v2/stocks/{symbol}/trades': {
      method: (given) => stocks.stockTradeSingleRaw(given),
      dates: RANGE,
    },
    'GET /v2/stocks/bars/latest': { method: (given) => stocks.stockLatestBarsRaw(given) },
    'GET /v2/stocks/quotes/latest': { method: (given) => stocks.stockLatestQuotesRaw(given) },
    'GET /v2/stocks/trades/latest': { method: (given) => stocks.stockLatestTradesRaw(given) },
    'GET /v2/stocks/{symbol}/bars/latest': {
      method: (given) => stocks.stockLatestBarSingleRaw(given),
    },
    'GET /v2/stocks/{symbol}/quotes/latest': {
      method: (given) => stocks.stockLatestQuoteSingleRaw(given),
    },
    'GET /v2/stocks/{symbol}/trades/latest': {
      method: (given) => stocks.stockLatestTradeSingleRaw(given),
    },
    'GET /v2/stocks/snapshots': { method: (given) => stocks.stockSnapshotsRaw(given) },
    'GET /v2/stocks/{symbol}/snapshot': { method: (given) => stocks.stockSnapshotSingleRaw(given) },
  };
}
