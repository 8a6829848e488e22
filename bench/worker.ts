import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { LIMITS } from '../platform/limits';

export const BENCH_QUEUE = 'bench';

/** Serves the floor's workflows in a process of its own, with the settings of an order-worker. */
async function main(): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  const connection = await NativeConnection.connect({
    address: process.env['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233',
  });
  const worker = await Worker.create({
    connection,
    taskQueue: BENCH_QUEUE,
    workflowsPath: require.resolve('./workflows'),
    maxConcurrentWorkflowTaskExecutions: LIMITS.orderWorkerWorkflowTasks,
    maxCachedWorkflows: LIMITS.orderWorkerCachedWorkflows,
  });
  process.once('SIGTERM', () => worker.shutdown());
  process.send?.('ready');
  await worker.run();
  await connection.close();
  if (process.connected) process.disconnect();
}

if (require.main === module) void main();
