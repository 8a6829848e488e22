import { COMMANDS_CHANNEL, EVENTS_CHANNEL } from '../platform/channels';
import { createOrderMetrics } from '../activities/order-metrics';
import { createOrderActivities } from '../activities/orders';
import { createPostgresSink } from '../activities/postgres-sink';
import { createPublisher } from '../activities/publish-events';
import { withFaultPoints } from '../platform/fault-points';
import { LIMITS } from '../platform/limits';
import { runWorkerProcess } from './worker-process';

/** Serves queue `orders`: the life of every order. Add copies to scale. */
void runWorkerProcess({
  name: 'order-worker',
  queue: 'orders',
  poolSize: LIMITS.orderWorkerPool,
  planOnce: true,
  tuning: {
    // Half of an order's tasks come from the common queue: the first, and all after a restart.
    maxConcurrentWorkflowTaskPolls: LIMITS.orderWorkerPolls,
    nonStickyToStickyPollRatio: 0.5,
    maxConcurrentLocalActivityExecutions: LIMITS.orderWorkerLocalActivities,
    maxConcurrentWorkflowTaskExecutions: LIMITS.orderWorkerWorkflowTasks,
    maxCachedWorkflows: LIMITS.orderWorkerCachedWorkflows,
    // As long as a task in hand may take, which bounds recovery anyway: it may only be busy.
    stickyQueueScheduleToStartTimeout: LIMITS.workflowTaskTimeoutMs,
    shutdownGraceTime: LIMITS.workerShutdownGraceMs,
    shutdownForceTime: LIMITS.workerShutdownForceMs,
  },
  prepare({ db, logger, registry, faultPoint, createNotifier }) {
    const commands = createNotifier(COMMANDS_CHANNEL);
    const events = createNotifier(EVENTS_CHANNEL);
    return {
      activities: createOrderActivities({
        db,
        commands,
        publisher: withFaultPoints(faultPoint, createPublisher(db, createPostgresSink(events))),
        metrics: createOrderMetrics(registry),
        logger,
      }),
      async close() {
        await Promise.all([commands.close(), events.close()]);
      },
    };
  },
});
