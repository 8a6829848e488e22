import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { resumeResets } from '../activities/account-reset/resume-resets';
import { sampleEquity, thinEquityPoints } from '../activities/equity/sample-equity';
import { createPostgresSink } from '../activities/postgres-sink';
import { pruneMarketData } from '../activities/prune-market-data';
import { ensureReconcileSchedule } from '../activities/reconcile/ensure-schedule';
import { relayEvents } from '../activities/relay-events';
import { LIMITS } from '../platform/limits';
import type { Logger } from '../platform/logger';
import type { Notifier } from '../platform/notifier';
import type { Database } from '../schema/database';
import { type Periodic, startPeriodic } from './periodic';

export interface PeriodicWorkParts {
  readonly db: Kysely<Database>;
  /** For statements that read whole tables. */
  readonly slowDb: Kysely<Database>;
  readonly temporal: Client;
  readonly events: Notifier;
  readonly logger: Logger;
}

/** What the platform does by the clock and no workflow needs to show; each step may be repeated. */
export function startPeriodicWork(parts: PeriodicWorkParts): Periodic[] {
  const { db, slowDb, temporal, events, logger } = parts;
  const sink = createPostgresSink(events);
  const every = (everyMs: number, failure: string, step: () => Promise<unknown>): Periodic =>
    startPeriodic(
      everyMs,
      async () => {
        await step();
      },
      (error) => logger.warn({ err: error }, failure),
    );
  return [
    every(LIMITS.relayEveryMs, 'the relay of events failed', async () => {
      while ((await relayEvents(db, sink)) >= LIMITS.eventsPerPublish);
    }),
    // Again and again, because a Temporal store that was emptied has lost its schedules too.
    every(LIMITS.reconcileEveryMs, 'reconciliation is not sure to be scheduled', async () => {
      if (await ensureReconcileSchedule(temporal)) logger.info('reconcile scheduled');
    }),
    every(LIMITS.resetResumeMs, 'unfinished resets were not looked for', async () => {
      const accounts = await resumeResets(db, temporal);
      if (accounts.length > 0) logger.warn({ accounts }, 'resets resumed without their workflow');
    }),
    every(LIMITS.equitySampleMs, 'the worth of the accounts was not written down', () =>
      sampleEquity(db),
    ),
    every(LIMITS.equityThinMs, 'old equity points were not thinned out', () =>
      thinEquityPoints(slowDb),
    ),
    every(LIMITS.pruneEveryMs, 'old market data is not removed', async () => {
      while ((await pruneMarketData(db, LIMITS)) >= LIMITS.pruneRows);
    }),
  ];
}
