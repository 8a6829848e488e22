import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { createBellRinger } from '../activities/bell-ringer';
import { COMMANDS_CHANNEL } from '../activities/command-channel';
import { ensureFeeds, findSymbols } from '../activities/ensure-feeds';
import { createFeedActivities } from '../activities/feed';
import { createFeedMetrics } from '../activities/feed-metrics';
import { createDoorbell } from '../activities/market-session/doorbell';
import { createPriceSource } from '../activities/market-session/create-price-source';
import { createQuarantine } from '../activities/market-session/quarantine';
import { createRingAgain } from '../activities/ring-again';
import { createRingSchedule } from '../activities/ring-schedule';
import { createSignalSender } from '../activities/signal-sender';
import { parseConfig } from '../platform/config';
import { createDatabase, type DatabaseHandle } from '../platform/database';
import { LIMITS } from '../platform/limits';
import { createLogger, type Logger } from '../platform/logger';
import { createRegistry, startMetricsServer } from '../platform/metrics';
import { onShutdown } from '../platform/shutdown';
import { createTemporalClient } from '../platform/temporal';
import { installWorkerRuntime } from '../platform/worker-runtime';
import { TASK_QUEUES } from '../workflows/contract';
import { connectWhenUp } from './connect';
import { workflowCode } from './workflow-code';

/** Serves queue `feed`: the market of every symbol, each with one session at a time. */
async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const logger = createLogger('feed-worker', config.logLevel);
  const registry = createRegistry('feed-worker');
  const sdkMetricsUrl = await installWorkerRuntime(logger);
  const { db, pool } = createDatabase({
    databaseUrl: config.databaseUrl,
    name: 'feed-worker',
    poolSize: LIMITS.feedWorkerPool,
    onError: (error) => logger.warn({ err: error }, 'a database connection died'),
  });
  const client = createTemporalClient({
    address: config.temporalAddress,
    namespace: config.temporalNamespace,
    identity: 'feed-worker',
  });
  const metrics = createFeedMetrics(registry);
  const ringer = createBellRinger({
    send: createSignalSender(client),
    inFlight: LIMITS.signalsInFlight,
    capacity: LIMITS.signalsWaiting,
    onError: (error, workflowId) => {
      metrics.signalErrors.inc();
      logger.warn({ err: error, workflow_id: workflowId }, 'a price signal was not delivered');
    },
  });
  const schedule = createRingSchedule({
    firstMs: LIMITS.ringAgainFirstMs,
    maximumMs: LIMITS.ringAgainMaximumMs,
    perSecond: LIMITS.ringAgainPerSecond,
  });
  const doorbell = createDoorbell({
    pool,
    channel: COMMANDS_CHANNEL,
    pollMs: LIMITS.sessionPollMs,
    logger,
  });
  const activities = createFeedActivities({
    db,
    pool,
    createSource: createPriceSource,
    doorbell,
    ringer,
    ringAgain: createRingAgain({ db, ringer, schedule, now: () => performance.now() }),
    quarantine: createQuarantine(),
    metrics,
    logger,
  });

  let running = false;
  const metricsServer = await startMetricsServer({
    host: config.metricsHost,
    port: config.metricsPort,
    registry,
    logger,
    sdkMetricsUrl,
    ready: () => (running ? Promise.resolve() : Promise.reject(new Error('worker not started'))),
  });
  const symbols = await whenUp('the assets', logger, () => findServedSymbols(db));
  const connection = await connectWhenUp(config.temporalAddress, logger);
  const worker = await Worker.create({
    connection,
    namespace: config.temporalNamespace,
    taskQueue: TASK_QUEUES.feed,
    ...workflowCode('feed'),
    activities,
    maxConcurrentActivityTaskExecutions: LIMITS.feedSymbols + 1,
    stickyQueueScheduleToStartTimeout: LIMITS.stickyScheduleToStartMs,
    // Sessions stop between two transactions, and the sooner the next one can open the better.
    shutdownGraceTime: 0,
    shutdownForceTime: LIMITS.workerShutdownForceMs,
  });
  const ended = worker.run();
  running = true;
  logger.info({ symbols }, 'ready');
  onShutdown(logger, async () => {
    running = false;
    worker.shutdown();
    await ended;
    metricsServer.close();
    await doorbell.close();
    await Promise.all([connection.close(), client.connection.close(), pool.end()]);
  });
  await whenUp('the feed workflows', logger, () => ensureFeeds(client, symbols));
  await ended;
}

/** @throws Error when there are more symbols than slots: the rest would never have a market. */
async function findServedSymbols(db: DatabaseHandle['db']): Promise<string[]> {
  const symbols = await findSymbols(db);
  if (symbols.length <= LIMITS.feedSymbols) return symbols;
  throw new Error(`${symbols.length} symbols, but slots for ${LIMITS.feedSymbols} only`);
}

const RETRY_MS = 1_000;

/** Tries until it works: this process may start before the database or the engine. */
async function whenUp<Value>(
  what: string,
  logger: Logger,
  attempt: () => Promise<Value>,
): Promise<Value> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      logger.warn({ err: error }, `${what}: not yet`);
      await delay(RETRY_MS);
    }
  }
}

void main();
