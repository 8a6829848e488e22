import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { LIMITS } from '../platform/limits';
import { openSteps } from './steps';

export const BENCH_QUEUE = 'bench';

/**
 * Serves the floor's and the textbook's workflows in a process of its own, with the polls, slots
 * and cache of an order-worker. Its tasks wait for it as long as the SDK lets them by default.
 */
async function main(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  const connection = await NativeConnection.connect({
    address: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233',
  });
  const opened = openSteps(process.env['DATABASE_URL'] ?? '', 'bench-worker');
  const worker = await Worker.create({
    connection,
    taskQueue: BENCH_QUEUE,
    workflowsPath: require.resolve('./workflows'),
    activities: opened.steps,
    maxConcurrentWorkflowTaskPolls: LIMITS.orderWorkerPolls,
    nonStickyToStickyPollRatio: 0.5,
    maxConcurrentWorkflowTaskExecutions: LIMITS.orderWorkerWorkflowTasks,
    maxConcurrentActivityTaskPolls: LIMITS.orderWorkerPolls,
    maxConcurrentActivityTaskExecutions: LIMITS.orderWorkerLocalActivities,
    maxConcurrentLocalActivityExecutions: LIMITS.orderWorkerLocalActivities,
    maxCachedWorkflows: LIMITS.orderWorkerCachedWorkflows,
  });
  process.once('SIGTERM', () => worker.shutdown());
  process.send?.('ready');
  await worker.run();
  await connection.close();
  await opened.close();
  if (process.connected) process.disconnect();
}

if (require.main === module) void main();
