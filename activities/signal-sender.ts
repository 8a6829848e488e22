import { Client } from '@temporalio/client';
import { priceSignal, type PriceSignal } from '../workflows/contract';

/** A signal that takes longer is given up: what nobody settles is rung again. */
const SIGNAL_DEADLINE_MS = 5_000;

/**
 * Sends price signals over the connection of `base`, each under the name of its symbol's feed,
 * which is what the UI shows on the event. A workflow that is gone needs no signal.
 */
export function createSignalSender(
  base: Client,
): (workflowId: string, bell: PriceSignal) => Promise<void> {
  const clients = new Map<string, Client>();
  const clientOf = (symbol: string): Client => {
    let client = clients.get(symbol);
    if (client === undefined) {
      const { namespace } = base.options;
      const identity = `feed/${symbol}`;
      client = new Client({ connection: base.connection, namespace, identity });
      clients.set(symbol, client);
    }
    return client;
  };
  return async (workflowId, bell) => {
    const client = clientOf(bell.symbol);
    try {
      await client.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
        client.workflow.getHandle(workflowId).signal(priceSignal, bell),
      );
    } catch (error) {
      if ((error as Error).name !== 'WorkflowNotFoundError') throw error;
    }
  };
}
