import type { Kysely } from 'kysely';
import { Counter, Gauge, type Registry } from 'prom-client';
import { MAINTENANCE_PERCENT } from '../../domain/risk/margin';
import { LIMITS } from '../../platform/limits';
import type { Logger } from '../../platform/logger';
import type { Database } from '../../schema/database';
import type { OrderInstruction } from '../../workflows/contract';
import { requestCancel } from '../request-cancel';
import { findCallCandidates } from './margin-facts';
import { superviseAccount } from './supervise-account';

export interface MarginMetrics {
  readonly open: Gauge;
  readonly calls: Counter;
  readonly forcedOrders: Counter;
}

export function createMarginMetrics(registry: Registry): MarginMetrics {
  const registers = [registry];
  return {
    open: new Gauge({
      name: 'margin_calls_open',
      help: 'Accounts under a margin call, as the newest sweep found them.',
      registers,
    }),
    calls: new Counter({
      name: 'margin_calls_total',
      help: 'Margin calls opened by this process.',
      registers,
    }),
    forcedOrders: new Counter({
      name: 'margin_forced_orders_total',
      help: 'Orders this process placed to cover margin calls.',
      registers,
    }),
  };
}

export interface MarginDependencies {
  readonly db: Kysely<Database>;
  readonly startOrder: (order: OrderInstruction) => Promise<void>;
  readonly metrics: MarginMetrics;
  readonly logger: Logger;
}

/**
 * Looks after every margin account once: calls that begin or end, orders that stand in the way,
 * forced orders. Safe to repeat, and at once from several processes.
 *
 * @returns How many accounts are under a call.
 */
export async function sweepMargin(dependencies: MarginDependencies): Promise<number> {
  const { db, metrics } = dependencies;
  const percent = Number(MAINTENANCE_PERCENT);
  const accounts = await findCallCandidates(db, percent, LIMITS.marginAccountsPerSweep);
  let open = 0;
  for (const accountId of accounts) {
    if (await superviseOne(dependencies, accountId)) open += 1;
  }
  metrics.open.set(open);
  return open;
}

/** @returns Whether the account is under a call now. */
async function superviseOne(
  { db, startOrder, metrics, logger }: MarginDependencies,
  accountId: string,
): Promise<boolean> {
  const { change, called, cancels, orders } = await superviseAccount(db, accountId);
  if (change !== null) logger.warn({ account_id: accountId }, `margin call ${change}`);
  if (change === 'opened') metrics.calls.inc();
  for (const { rootId, symbol } of cancels) {
    await requestCancel(db, { rootId, accountId, symbol, orderId: null });
  }
  for (const order of orders) {
    await startOrder(order);
    metrics.forcedOrders.inc();
    const { orderId, symbol, side, quantity } = order;
    const about = { account_id: accountId, order_id: orderId, symbol, side, quantity };
    logger.warn(about, 'forced order placed');
  }
  return called;
}
