import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { Registry } from 'prom-client';
import { type Config, parseConfig } from '../platform/config';
import { createDatabase, type DatabaseHandle } from '../platform/database';
import { type FaultPoint, openFaultPoints, withFaultPoints } from '../platform/fault-points';
import { createLogger, type Logger } from '../platform/logger';
import { createRegistry, startMetricsServer } from '../platform/metrics';
import { createNotifier, type Notifier } from '../platform/notifier';
import { timeQueries, watchPool } from '../platform/pool-metrics';
import { onShutdown } from '../platform/shutdown';
import { installWorkerRuntime } from '../platform/worker-runtime';
import { TASK_QUEUES } from '../workflows/contract';
import { connectWhenUp } from './connect';
import { type Bundle, workflowCode } from './workflow-code';

/** What a worker process has before it knows what work it does. */
export interface ProcessParts extends DatabaseHandle {
  readonly config: Config;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Does nothing outside a drill. */
  readonly faultPoint: FaultPoint;
  readonly createNotifier: (channel: string) => Notifier;
}

export interface WorkOfProcess {
  readonly activities: object;
  /** Once the worker polls; the process is ready when this has ended. */
  start?(): Promise<void>;
  /** After the worker has ended and before the pool does. */
  close(): Promise<void>;
}

/** Slots, cache and grace of a worker: what differs from queue to queue. */
export type Tuning = Omit<
  WorkerOptions,
  'connection' | 'namespace' | 'taskQueue' | 'activities' | 'workflowBundle' | 'workflowsPath'
>;

export interface WorkerProcess {
  readonly name: string;
  /** The task queue; its workflows are the bundle of the same name. */
  readonly queue: Bundle;
  readonly poolSize: number;
  /** As in `DatabaseOptions`. */
  readonly planOnce?: boolean;
  readonly tuning: Tuning;
  readonly prepare: (parts: ProcessParts) => WorkOfProcess | Promise<WorkOfProcess>;
}

/** Runs one worker until it is told to stop: configuration, logs, metrics, pool and clean end. */
export async function runWorkerProcess(spec: WorkerProcess): Promise<void> {
  const config = parseConfig(process.env);
  const faultPoint = openFaultPoints(process.env);
  const logger = createLogger(spec.name, config.logLevel);
  const registry = createRegistry(spec.name);
  const sdkMetricsUrl = await installWorkerRuntime(logger);
  const { databaseUrl } = config;
  const { db, pool } = createDatabase({
    databaseUrl,
    name: spec.name,
    poolSize: spec.poolSize,
    planOnce: spec.planOnce ?? false,
    onError: (error) => logger.warn({ err: error }, 'a database connection died'),
    onQuery: timeQueries(registry),
  });
  watchPool(registry, pool);
  const work = await spec.prepare({
    config,
    logger,
    registry,
    faultPoint,
    db,
    pool,
    createNotifier: (channel) => createNotifier({ databaseUrl, channel, logger }),
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
  const connection = await connectWhenUp(config.temporalAddress, logger);
  const worker = await Worker.create({
    ...spec.tuning,
    connection,
    // What the Temporal UI shows beside each task: which process ran it.
    identity: `${spec.name}/${process.pid}`,
    namespace: config.temporalNamespace,
    taskQueue: TASK_QUEUES[spec.queue],
    ...versioningOf(config, spec.queue),
    ...workflowCode(spec.queue),
    activities: withFaultPoints(faultPoint, work.activities),
  });
  const ended = worker.run();
  onShutdown(logger, async () => {
    running = false;
    worker.shutdown();
    await ended;
    await work.close();
    metricsServer.close();
    await Promise.all([connection.close(), pool.end()]);
  });
  await work.start?.();
  running = true;
  logger.info('ready');
  await ended;
}

/**
 * On one machine workers carry no version. In a cluster the deployment names its builds, and an
 * order stays with the build it began on until it is moved. A market never ends, and a pinned run
 * hands its build on to the next one, so markets go to the new build with their next task.
 */
function versioningOf(
  { deployment }: Config,
  queue: Bundle,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (deployment === null) return {};
  return {
    workerDeploymentOptions: {
      version: deployment,
      useWorkerVersioning: true,
      defaultVersioningBehavior: queue === 'feed' ? 'AUTO_UPGRADE' : 'PINNED',
    },
  };
}
