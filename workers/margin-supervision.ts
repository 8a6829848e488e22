import type { Client } from '@temporalio/client';
import { beginDays } from '../activities/margin/begin-days';
import { createForcedOrderStarter } from '../activities/margin/start-forced-order';
import { createMarginMetrics, sweepMargin } from '../activities/margin/sweep-margin';
import { LIMITS } from '../platform/limits';
import { type Periodic, startPeriodic } from './periodic';
import type { ProcessParts } from './worker-process';

/** Looks after margin accounts, and notes what every account is worth when its day begins. */
export function startMarginSupervision(
  { db, logger, registry }: ProcessParts,
  temporal: Client,
): Periodic {
  const margin = {
    db,
    startOrder: createForcedOrderStarter(temporal, LIMITS.orderDeadlineMs),
    metrics: createMarginMetrics(registry),
    logger,
  };
  return startPeriodic(
    LIMITS.marginSweepEveryMs,
    async () => {
      while ((await beginDays(db, LIMITS.daysPerSweep)) >= LIMITS.daysPerSweep);
      await sweepMargin(margin);
    },
    (error) => logger.warn({ err: error }, 'looking after margin accounts failed'),
  );
}
