import type { Route } from '../route';
import { getAccount } from './account';
import { getActivities, getActivitiesOfType } from './activities';
import { getAccounts, postAccount } from './admin/accounts';
import { postFeed } from './admin/feed';
import { getRiskLimits, patchRiskLimits } from './admin/risk-limits';
import { postTradingState } from './admin/trading-state';
import { getAsset, getAssets } from './assets';
import { getBars } from './bars';
import { getCalendar, getClock } from './clock';
import { getConfigurations, patchConfigurations } from './configurations';
import { streamEvents } from './events';
import { getHealth, getReadiness } from './health';
import { getMarketCalendar, getMarketClocks } from './market-clock';
import { latestRoutes } from './market-data/latest';
import { rangeRoutes } from './market-data/ranges';
import { deleteOrders } from './orders/cancel-all-orders';
import { deleteOrder } from './orders/cancel-order';
import { getOrder, getOrderByClientId } from './orders/get-order';
import { getOrders } from './orders/list-orders';
import { patchOrder } from './orders/replace-order';
import { postOrder } from './orders/submit-order';
import { getPortfolioHistory } from './portfolio-history';
import { deletePosition, deletePositions, getPosition, listPositions } from './positions';
import { getLatestQuotes } from './quotes';
import { postAccountReset } from './reset-account';
import { streamTradeEvents } from './trade-events';
import {
  deleteWatchlistSymbol,
  postWatchlistSymbol,
  postWatchlistSymbolByName,
  putWatchlist,
  putWatchlistByName,
} from './watchlists/change-watchlist';
import {
  deleteWatchlistById,
  deleteWatchlistByName,
  getWatchlist,
  getWatchlistByName,
  getWatchlists,
  postWatchlist,
} from './watchlists/watchlists';

/** Every endpoint, in the order of the document. */
export const ROUTES: readonly Route[] = [
  postOrder,
  getOrders,
  deleteOrders,
  getOrderByClientId,
  getOrder,
  patchOrder,
  deleteOrder,
  listPositions,
  deletePositions,
  getPosition,
  deletePosition,
  getAccount,
  postAccountReset,
  getConfigurations,
  patchConfigurations,
  getActivities,
  getActivitiesOfType,
  getPortfolioHistory,
  getClock,
  getCalendar,
  getMarketClocks,
  getMarketCalendar,
  getWatchlists,
  postWatchlist,
  getWatchlistByName,
  putWatchlistByName,
  postWatchlistSymbolByName,
  deleteWatchlistByName,
  getWatchlist,
  putWatchlist,
  postWatchlistSymbol,
  deleteWatchlistById,
  deleteWatchlistSymbol,
  getAssets,
  getAsset,
  getBars,
  getLatestQuotes,
  ...latestRoutes,
  ...rangeRoutes,
  streamEvents,
  streamTradeEvents,
  postTradingState,
  getRiskLimits,
  patchRiskLimits,
  postFeed,
  postAccount,
  getAccounts,
  getHealth,
  getReadiness,
];
