import type { ApiLimits } from '../limits';
import type { ApiMetrics } from '../metrics';
import { OutageError } from '../outage';

export interface InFlightLimit {
  /** Runs `work` when there is a place; waits for one for a bounded time. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

interface Waiter {
  readonly enter: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Keeps fewer calls in flight than the server takes, so that a burst queues here for a moment
 * and is then refused cheaply, with nothing started.
 */
export function createInFlightLimit(
  limits: Pick<ApiLimits, 'ordersInFlight' | 'orderQueueMs'>,
  metrics: Pick<ApiMetrics, 'orderStartsInFlight'>,
): InFlightLimit {
  let inFlight = 0;
  const waiting = new Set<Waiter>();

  const enter = async (): Promise<void> => {
    if (inFlight < limits.ordersInFlight) {
      inFlight += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(waiter);
        reject(
          new OutageError(
            'Too many orders are on their way; this one was not taken. Repeat the request.',
            'no',
            undefined,
          ),
        );
      }, limits.orderQueueMs);
      const waiter: Waiter = { enter: resolve, timer };
      waiting.add(waiter);
    });
  };

  /** The place goes to whoever waits longest, so it is never free in between. */
  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      inFlight -= 1;
      return;
    }
    waiting.delete(next);
    clearTimeout(next.timer);
    next.enter();
  };

  return {
    async run(work) {
      await enter();
      metrics.orderStartsInFlight.set(inFlight);
      try {
        return await work();
      } finally {
        leave();
        metrics.orderStartsInFlight.set(inFlight);
      }
    },
  };
}
