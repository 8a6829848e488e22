import type { Client } from '@temporalio/client';
import { TASK_QUEUES } from '../../workflows/contract';

export interface QueueLag {
  readonly taskQueue: string;
  readonly type: 'workflow' | 'activity';
  /** Tasks that wait for a worker. */
  readonly backlog: number;
}

/** Numbers of `temporal.api.enums.v1.TaskQueueType`, whose package is not ours to import. */
const QUEUE_TYPES = { workflow: 1, activity: 2 } as const;

/** Asks the engine how many tasks wait; one call a queue and type. */
export async function readQueueLags(temporal: Client): Promise<QueueLag[]> {
  const asked = Object.values(TASK_QUEUES).flatMap((taskQueue) =>
    (['workflow', 'activity'] as const).map((type) => ({ taskQueue, type })),
  );
  return Promise.all(
    asked.map(async ({ taskQueue, type }) => {
      const answer = await temporal.workflowService.describeTaskQueue({
        namespace: temporal.options.namespace,
        taskQueue: { name: taskQueue },
        // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- see above
        taskQueueType: QUEUE_TYPES[type],
        reportStats: true,
      });
      return { taskQueue, type, backlog: Number(answer.stats?.approximateBacklogCount ?? 0) };
    }),
  );
}
