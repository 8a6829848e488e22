import type { LocalActivityOptions } from '@temporalio/workflow';

/**
 * Database steps run as local activities: half the history and twice the rate of regular ones.
 * They must end well inside a workflow task, so retries beyond two seconds become server timers:
 * a task that waits out an outage would hold its slot through all of it.
 */
export const DATABASE_STEP: LocalActivityOptions = {
  startToCloseTimeout: '3 seconds',
  localRetryThreshold: '2 seconds',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '5 seconds' },
};

/** A run starts anew after this many settlements, long before its history is large. */
export const SETTLES_PER_RUN = 200;
