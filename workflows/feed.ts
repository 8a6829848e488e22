import { continueAsNew, proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { FeedActivities } from '../activities/feed';
import type { FeedWorkflowInput } from './contract';

/**
 * A session ends by itself after ten minutes. A worker that dies is noticed by its heartbeats, and
 * the next attempt follows after one second for as long as it takes: a market that stands still is
 * worse than one that is asked too often.
 */
const { runMarketSession } = proxyActivities<FeedActivities>({
  startToCloseTimeout: '12 minutes',
  heartbeatTimeout: '4 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 1, maximumInterval: '1 second' },
});

/**
 * Keeps one market open: a session after the other, each in a run of its own, so that the history
 * stays as short as one session's. Everything the market knows is in Postgres.
 */
export async function feedWorkflow({ symbol }: FeedWorkflowInput): Promise<void> {
  setCurrentDetails(
    `The market of **${symbol}**: one session at a time matches its orders. Where it stands is ` +
      'in the heartbeat of the pending activity; its state is in Postgres.',
  );
  await runMarketSession.executeWithOptions({ summary: `session of ${symbol}` }, [{ symbol }]);
  await continueAsNew<typeof feedWorkflow>({ symbol });
}
