import { Client } from '@temporalio/client';
import { priceSignal, type PriceSignal } from '../workflows/contract';

/** A signal that takes longer is sent again, then given up: what nobody settles is rung again. */
const SIGNAL_DEADLINE_MS = 5_000;
const SIGNAL_ATTEMPTS = 3;

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
    const handle = client.workflow.getHandle(workflowId);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await client.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
          handle.signal(priceSignal, bell),
        );
        return;
      } catch (error) {
        if ((error as Error).name === 'WorkflowNotFoundError') return;
        // Rung twice is harmless; not at all costs a minute, when another order of the account has
        // settled for it and nothing is left that would be rung again.
        if (attempt === SIGNAL_ATTEMPTS) throw error;
      }
    }
  };
}
