import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Runtime } from '@temporalio/worker';
import type { Logger } from './logger';
import { LATENCY_BUCKETS } from './metrics';

/**
 * Installs the SDK's runtime, once per process, with its metrics in Prometheus' own units: without
 * the suffixes and seconds, every alert copied from Temporal's documents matches nothing.
 *
 * @returns Where the SDK serves those metrics; only this process reads it.
 */
export async function installWorkerRuntime(logger: Logger): Promise<string> {
  const bindAddress = `127.0.0.1:${await findFreePort()}`;
  Runtime.install({
    // Signals are this process's own affair: it also has a pool and a metrics port to close.
    shutdownSignals: [],
    logger: {
      log: (level, message, meta) => logger[levelOf(level)]({ ...meta }, message),
      trace: (message, meta) => logger.trace({ ...meta }, message),
      debug: (message, meta) => logger.debug({ ...meta }, message),
      info: (message, meta) => logger.info({ ...meta }, message),
      warn: (message, meta) => logger.warn({ ...meta }, message),
      error: (message, meta) => logger.error({ ...meta }, message),
    },
    telemetryOptions: {
      metrics: {
        prometheus: {
          bindAddress,
          countersTotalSuffix: true,
          unitSuffix: true,
          useSecondsForDurations: true,
          histogramBucketOverrides: Object.fromEntries(
            LATENCY_HISTOGRAMS.map((name) => [name, [...LATENCY_BUCKETS]]),
          ),
        },
      },
    },
  });
  return `http://${bindAddress}/metrics`;
}

const LATENCY_HISTOGRAMS = [
  'temporal_workflow_task_schedule_to_start_latency',
  'temporal_workflow_task_execution_latency',
  'temporal_workflow_endtoend_latency',
  'temporal_activity_schedule_to_start_latency',
  'temporal_activity_execution_latency',
  'temporal_local_activity_execution_latency',
  'temporal_request_latency',
];

function levelOf(level: string): 'trace' | 'debug' | 'info' | 'warn' | 'error' {
  const lower = level.toLowerCase();
  return lower === 'trace' || lower === 'debug' || lower === 'warn' || lower === 'error'
    ? lower
    : 'info';
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
