import { setTimeout as sleep } from 'node:timers/promises';
import { mapBounded } from '../../platform/map-bounded';
import type { Dependencies } from '../dependencies';
import type { Door } from '../doors';
import { cancelAllOrders } from '../orders/cancel-all-orders';
import { findRefusalOf } from '../orders/rejected-order';
import { beforeAnyEffect } from '../outage';
import { judgeFailure, problemDocument, problemStatus } from '../problem-document';
import { findOpenOrders, findOrdersByClientIdPrefix, type OrderRow } from '../queries/orders';
import { findPositions } from '../queries/positions';
import { type OrderResource, toOrderResource } from '../resources/order';
import { placeClosingOrder } from './close-position';

export interface CloseAllRequest {
  readonly accountId: string;
  readonly door: Door;
  readonly requestId: string;
  readonly cancelOrders: boolean;
  /** Each closing order is named `<key>:<symbol>`: a repeat finds the orders of the first time. */
  readonly key: string;
}

export interface CloseStatus {
  readonly symbol: string;
  readonly status: number;
  /** The closing order, or the problem that kept it from being placed. */
  readonly body: OrderResource | Record<string, unknown>;
}

/** Places a closing market order for every position; one that fails leaves the others alone. */
export async function closeAllPositions(
  dependencies: Dependencies,
  request: CloseAllRequest,
): Promise<CloseStatus[]> {
  const { db, limits } = dependencies;
  const { accountId, key } = request;
  const earlier = await beforeAnyEffect(findOrdersByClientIdPrefix(db, accountId, `${key}:`));
  if (request.cancelOrders && earlier.length === 0) await cancelAndWait(dependencies, accountId);
  const answered = new Set(earlier.map(({ symbol }) => symbol));
  const positions = (await findPositions(db, accountId)).filter(
    ({ symbol }) => !answered.has(symbol),
  );
  const placed = await mapBounded(positions, limits.cancelsAtOnce, (position) =>
    answer(request, position.symbol, async () => {
      const closing = {
        accountId,
        part: { kind: 'all' },
        key: `${key}:${position.symbol}`,
      } as const;
      return (await placeClosingOrder(dependencies, closing, position)).order;
    }),
  );
  const replayed = earlier.map((row) => answer(request, row.symbol, () => replay(db, row)));
  return [...(await Promise.all(replayed)), ...placed];
}

async function replay(db: Dependencies['db'], row: OrderRow): Promise<OrderResource> {
  const refusal = await findRefusalOf(db, row, true);
  if (refusal !== null) throw refusal;
  return toOrderResource(row);
}

async function answer(
  { door, requestId }: CloseAllRequest,
  symbol: string,
  place: () => Promise<OrderResource>,
): Promise<CloseStatus> {
  try {
    return { symbol, status: 200, body: await place() };
  } catch (error) {
    const finding = judgeFailure(error, true);
    const instance = `${door.prefix}/positions/${symbol}`;
    return {
      symbol,
      status: problemStatus(finding, door),
      body: problemDocument(finding, { door, requestId, instance }),
    };
  }
}

/**
 * Shares that open orders hold cannot be sold, so the orders must be gone first. The book decides
 * when they are; what is still open at the deadline shows as a refused position.
 */
async function cancelAndWait(dependencies: Dependencies, accountId: string): Promise<void> {
  const { db, limits } = dependencies;
  const canceled = new Set((await cancelAllOrders(dependencies, accountId)).map(({ id }) => id));
  const deadline = Date.now() + limits.orderDeadlineMs;
  while (Date.now() < deadline) {
    const open = await findOpenOrders(db, accountId);
    if (!open.some(({ order_id: id }) => canceled.has(id))) return;
    await sleep(limits.marketCommandPollMs);
  }
}
