import type { Route } from '../route';
import { getAccount } from './account';
import { getAccounts, postAccount } from './admin/accounts';
import { postFeed } from './admin/feed';
import { postTradingState } from './admin/trading-state';
import { getAsset, getAssets } from './assets';
import { getBars } from './bars';
import { streamEvents } from './events';
import { getHealth, getReadiness } from './health';
import { latestRoutes } from './market-data/latest';
import { rangeRoutes } from './market-data/ranges';
import { deleteOrders } from './orders/cancel-all-orders';
import { deleteOrder } from './orders/cancel-order';
import { getOrder, getOrderByClientId } from './orders/get-order';
import { getOrders } from './orders/list-orders';
import { patchOrder } from './orders/replace-order';
import { postOrder } from './orders/submit-order';
import { getPosition, listPositions } from './positions';
import { getLatestQuotes } from './quotes';

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
  getPosition,
  getAccount,
  getAssets,
  getAsset,
  getBars,
  getLatestQuotes,
  ...latestRoutes,
  ...rangeRoutes,
  streamEvents,
  postTradingState,
  postFeed,
  postAccount,
  getAccounts,
  getHealth,
  getReadiness,
];
