import { createAccountResetActivities } from '../activities/account-reset/account-reset-activities';
import { createBellRinger } from '../activities/bell-ringer';
import { EVENTS_CHANNEL } from '../platform/channels';
import { registerBrokerGauges } from '../activities/reconcile/broker-gauges';
import { createDataChecker } from '../activities/reconcile/check-stored-data';
import { createReconcileActivities } from '../activities/reconcile/reconcile-activities';
import { createReconcileMetrics } from '../activities/reconcile/reconcile-metrics';
import { createRingAgain } from '../activities/ring-again';
import { createRingSchedule } from '../activities/ring-schedule';
import { createSignalSender } from '../activities/signal-sender';
import { createDatabase } from '../platform/database';
import { LIMITS } from '../platform/limits';
import { createTemporalClient } from '../platform/temporal';
import { startChores } from './platform-chores';
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

  const chores = startChores({ parts, temporal, events, checks: checks.db });
  const ringAgain = createRingAgain({
    db,
    ringer,
    now,
    schedule: createRingSchedule(LIMITS.ringAgain),
  });
  const checker = createDataChecker(checks.db, metrics, logger, now);

  return {
    activities: {
      ...createReconcileActivities({ db, temporal, metrics, logger, ringer, ringAgain, checker }),
      ...createAccountResetActivities({ db, temporal, logger }),
    },
    async close() {
      await chores.stop();
      await Promise.all([events.close(), temporal.connection.close(), checks.pool.end()]);
    },
  };
}
