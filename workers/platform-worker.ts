import { createAccountResetActivities } from '../activities/account-reset/account-reset-activities';
import { resumeResets } from '../activities/account-reset/resume-resets';
import { sampleEquity, thinEquityPoints } from '../activities/equity/sample-equity';
import { createBellRinger } from '../activities/bell-ringer';
import { createPostgresSink } from '../activities/postgres-sink';
import { EVENTS_CHANNEL } from '../platform/channels';
import { registerBrokerGauges } from '../activities/reconcile/broker-gauges';
import { createDataChecker } from '../activities/reconcile/check-stored-data';
import { ensureReconcileSchedule } from '../activities/reconcile/ensure-schedule';
import { createReconcileActivities } from '../activities/reconcile/reconcile-activities';
import { createReconcileMetrics } from '../activities/reconcile/reconcile-metrics';
import { pruneMarketData } from '../activities/prune-market-data';
import { relayEvents } from '../activities/relay-events';
import { createRingAgain } from '../activities/ring-again';
import { createRingSchedule } from '../activities/ring-schedule';
import { createSignalSender } from '../activities/signal-sender';
import { createDatabase } from '../platform/database';
import { LIMITS } from '../platform/limits';
import { createTemporalClient } from '../platform/temporal';
import { startPeriodic } from './periodic';
import { type ProcessParts, runWorkerProcess, type WorkOfProcess } from './worker-process';

/** Serves queue `platform`: reconciliation, and beside it the relay of events. */
void runWorkerProcess({
  name: 'platform-worker',
  queue: 'platform',
  poolSize: LIMITS.platformWorkerPool,
  tuning: {
    maxConcurrentActivityTaskExecutions: LIMITS.platformWorkerPool,
    maxConcurrentWorkflowTaskExecutions: LIMITS.platformWorkerPool,
    maxCachedWorkflows: LIMITS.platformWorkerCachedWorkflows,
    stickyQueueScheduleToStartTimeout: LIMITS.stickyScheduleToStartMs,
    shutdownGraceTime: LIMITS.workerShutdownGraceMs,
    shutdownForceTime: LIMITS.workerShutdownForceMs,
  },
  prepare: preparePlatformWork,
});

function preparePlatformWork(parts: ProcessParts): WorkOfProcess {
  const { config, logger, registry, db } = parts;
  const temporal = createTemporalClient({
    address: config.temporalAddress,
    namespace: config.temporalNamespace,
    identity: 'reconcile',
  });
  // Checks read whole tables: on a pool of their own they make nobody wait for a connection.
  const checks = createDatabase({
    databaseUrl: config.databaseUrl,
    name: 'platform-worker checks',
    poolSize: 1,
    queryTimeoutMs: LIMITS.checkTimeoutMs,
    onError: (error) => logger.warn({ err: error }, 'the connection of the checks died'),
  });
  const events = parts.createNotifier(EVENTS_CHANNEL);
  const metrics = createReconcileMetrics(registry);
  const now = () => performance.now();
  const ringer = createBellRinger({
    send: createSignalSender(temporal),
    inFlight: LIMITS.signalsInFlight,
    capacity: LIMITS.signalsWaiting,
    onError: (error, workflowId) =>
      logger.warn({ err: error, workflow_id: workflowId }, 'a signal was not delivered'),
  });
  registerBrokerGauges({ db, temporal, registry, logger });

  const sink = createPostgresSink(events);
  const relay = startPeriodic(
    LIMITS.relayEveryMs,
    async () => {
      while ((await relayEvents(db, sink)) >= LIMITS.eventsPerPublish);
    },
    (error) => logger.warn({ err: error }, 'the relay of events failed'),
  );
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
      await thinEquityPoints(checks.db);
    },
    (error) => logger.warn({ err: error }, 'old equity points were not thinned out'),
  );
  const ringAgain = createRingAgain({
    db,
    ringer,
    now,
    schedule: createRingSchedule({
      firstMs: LIMITS.ringAgainFirstMs,
      maximumMs: LIMITS.ringAgainMaximumMs,
      perSecond: LIMITS.ringAgainPerSecond,
    }),
  });
  const checker = createDataChecker(checks.db, metrics, logger, now);

  return {
    activities: {
      ...createReconcileActivities({ db, temporal, metrics, logger, ringer, ringAgain, checker }),
      ...createAccountResetActivities({ db, temporal, logger }),
    },
    async close() {
      const periodic = [relay, schedule, resets, pruning, samples, thinning];
      await Promise.all(periodic.map((step) => step.stop()));
      await Promise.all([events.close(), temporal.connection.close(), checks.pool.end()]);
    },
  };
}
