import type { PriceSignal } from '../workflows/contract';

/** Tells order workflows that something was reported for them. */
export interface BellRinger {
  /**
   * Rings soon, and never waits. Rings of one workflow that come while it waits become one, the
   * newest; when too many workflows wait the ring is dropped, because what nobody settled is rung
   * again.
   */
  ring(workflowId: string, bell: PriceSignal): void;
  /** Workflows whose ring waits or is under way. */
  readonly size: number;
  /** Resolves when every ring has been tried. */
  idle(): Promise<void>;
}

export interface BellRingerOptions {
  /** Delivers one signal; how it fails is only counted. */
  readonly send: (workflowId: string, bell: PriceSignal) => Promise<void>;
  readonly inFlight: number;
  /** Workflows that may wait. */
  readonly capacity: number;
  readonly onError: (error: unknown, workflowId: string) => void;
}

export function createBellRinger(options: BellRingerOptions): BellRinger {
  const { send, inFlight, capacity, onError } = options;
  const waiting = new Map<string, PriceSignal>();
  const ringing = new Set<string>();
  let idlers: (() => void)[] = [];

  const ringOne = async (workflowId: string, bell: PriceSignal): Promise<void> => {
    try {
      await send(workflowId, bell);
    } catch (error) {
      onError(error, workflowId);
    }
    ringing.delete(workflowId);
    ringNext();
  };

  const ringNext = (): void => {
    for (const [workflowId, bell] of waiting) {
      if (ringing.size >= inFlight) return;
      // Its next ring must not overtake the one under way.
      if (ringing.has(workflowId)) continue;
      waiting.delete(workflowId);
      ringing.add(workflowId);
      void ringOne(workflowId, bell);
    }
    if (ringing.size > 0 || waiting.size > 0) return;
    for (const wake of idlers) wake();
    idlers = [];
  };

  return {
    ring(workflowId, bell) {
      if (!waiting.has(workflowId) && waiting.size >= capacity) return;
      waiting.set(workflowId, bell);
      if (ringing.size < inFlight) ringNext();
    },
    get size() {
      return waiting.size + ringing.size;
    },
    idle() {
      if (waiting.size + ringing.size === 0) return Promise.resolve();
      return new Promise((resolve) => idlers.push(resolve));
    },
  };
}
