import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { resumeResets } from '../activities/account-reset/resume-resets';
import { sampleEquity, thinEquityPoints } from '../activities/equity/sample-equity';
import { createPostgresSink } from '../activities/postgres-sink';
import { pruneMarketData } from '../activities/prune-market-data';
import { ensureReconcileSchedule } from '../activities/reconcile/ensure-schedule';
import { relayEvents } from '../activities/relay-events';
import { startMarginSupervision } from './margin-supervision';
import { type Periodic, startPeriodic } from './periodic';
import { LIMITS } from '../platform/limits';
import type { Notifier } from '../platform/notifier';
import type { Database } from '../schema/database';
import type { ProcessParts } from './worker-process';

interface ChoreParts {
  readonly parts: ProcessParts;
  readonly temporal: Client;
  readonly events: Notifier;
  /** For what reads whole tables. */
  readonly checks: Kysely<Database>;
}

/** What the platform worker repeats by itself, beside what Temporal asks of it. */
export function startChores({ parts, temporal, events, checks }: ChoreParts): Periodic {
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
  const chores = [relay, supervision, schedule, resets, pruning, ...sampleWorth(parts, checks)];
  return {
    async stop() {
      await Promise.all(chores.map((chore) => chore.stop()));
    },
  };
}

/** Keeps what the history of an account's worth is drawn from. */
function sampleWorth({ db, logger }: ProcessParts, checks: Kysely<Database>): Periodic[] {
  const samples = startPeriodic(
    LIMITS.equitySampleMs,
    async () => {
      await sampleEquity(db);
    },
    (error) => logger.warn({ err: error }, 'the worth of the accounts was not written down'),
  );
  const thinning = startPeriodic(
    LIMITS.equityThinMs,
    async () => {
      await thinEquityPoints(checks);
    },
    (error) => logger.warn({ err: error }, 'old equity points were not thinned out'),
  );
  return [samples, thinning];
}
