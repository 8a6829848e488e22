import type { Client } from '@temporalio/client';
import { resumeResets } from '../activities/account-reset/resume-resets';
import { createPostgresSink } from '../activities/postgres-sink';
import { pruneMarketData } from '../activities/prune-market-data';
import { ensureReconcileSchedule } from '../activities/reconcile/ensure-schedule';
import { relayEvents } from '../activities/relay-events';
import { startMarginSupervision } from './margin-supervision';
import { type Periodic, startPeriodic } from './periodic';
import { LIMITS } from '../platform/limits';
import type { Notifier } from '../platform/notifier';
import type { ProcessParts } from './worker-process';

/** What the platform worker repeats by itself, beside what Temporal asks of it. */
export function startChores(parts: ProcessParts, temporal: Client, events: Notifier): Periodic {
  const { db, logger } = parts;
  const sink = createPostgresSink(events);
  const relay = startPeriodic(
    LIMITS.relayEveryMs,
    async () => {
      while ((await relayEvents(db, sink)) >= LIMITS.eventsPerPublish);
    },
    (error) => logger.warn({ err: error }, 'the relay of events failed'),
  );
  const supervision = startMarginSupervision(parts, temporal);
  // Again and again, because a Temporal store that was emptied has lost its schedules too.
  const schedule = startPeriodic(
    LIMITS.reconcileEveryMs,
    async () => {
      if (await ensureReconcileSchedule(temporal)) logger.info('reconcile scheduled');
    },
    (error) => logger.warn({ err: error }, 'the schedule of reconciliation is not confirmed'),
  );

  const resets = startPeriodic(
    LIMITS.resetResumeMs,
    async () => {
      const accounts = await resumeResets(db, temporal);
      if (accounts.length > 0) logger.warn({ accounts }, 'resets resumed without their workflow');
    },
    (error) => logger.warn({ err: error }, 'unfinished resets were not looked for'),
  );
  const pruning = startPeriodic(
    LIMITS.pruneEveryMs,
    async () => {
      while ((await pruneMarketData(db, LIMITS)) >= LIMITS.pruneRows);
    },
    (error) => logger.warn({ err: error }, 'old market data is not removed'),
  );
  const chores = [relay, supervision, schedule, resets, pruning];
  return {
    async stop() {
      await Promise.all(chores.map((chore) => chore.stop()));
    },
  };
}
