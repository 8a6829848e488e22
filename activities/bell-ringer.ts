import type { PriceSignal } from '../workflows/contract';

/** Tells order workflows that something was reported for them. */
export interface BellRinger {
  /**
   * Rings soon, and never waits. Rings of one workflow that come while it waits become one, the
   * newest; when too many workflows wait the ring is given up.
   */
  ring(workflowId: string, bell: PriceSignal): void;
  /** Workflows whose ring waits or is under way. */
  readonly size: number;
  /**
   * The lowest sequence of a symbol whose ring waits, is under way or was given up; null: none.
   * What is below it was delivered.
   */
  owedFrom(symbol: string): number | null;
  /** The lowest sequence whose ring was given up since the last call, for the caller to ring. */
  takeGivenUp(symbol: string): number | null;
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

/** Rings of one workflow that became one. */
interface Rings {
  readonly bell: PriceSignal;
  /** The lowest sequence among them. */
  readonly from: number;
}

export function createBellRinger(options: BellRingerOptions): BellRinger {
  const { send, inFlight, capacity, onError } = options;
  const waiting = new Map<string, Rings>();
  const ringing = new Map<string, Rings>();
  const givenUp = new Map<string, number>();
  let idlers: (() => void)[] = [];

  const giveUp = ({ symbol }: PriceSignal, from: number): void => {
    givenUp.set(symbol, Math.min(from, givenUp.get(symbol) ?? from));
  };

  const ringOne = async (workflowId: string, rings: Rings): Promise<void> => {
    try {
      await send(workflowId, rings.bell);
    } catch (error) {
      giveUp(rings.bell, rings.from);
      onError(error, workflowId);
    }
    ringing.delete(workflowId);
    ringNext();
  };

  const ringNext = (): void => {
    for (const [workflowId, rings] of waiting) {
      if (ringing.size >= inFlight) return;
      // Its next ring must not overtake the one under way.
      if (ringing.has(workflowId)) continue;
      waiting.delete(workflowId);
      ringing.set(workflowId, rings);
      void ringOne(workflowId, rings);
    }
    if (ringing.size > 0 || waiting.size > 0) return;
    for (const wake of idlers) wake();
    idlers = [];
  };

  return {
    ring(workflowId, bell) {
      const before = waiting.get(workflowId);
      if (before === undefined && waiting.size >= capacity) {
        giveUp(bell, bell.sequence);
        return;
      }
      const from = Math.min(bell.sequence, before?.from ?? bell.sequence);
      waiting.set(workflowId, { bell, from });
      if (ringing.size < inFlight) ringNext();
    },
    get size() {
      return waiting.size + ringing.size;
    },
    owedFrom(symbol) {
      let lowest = givenUp.get(symbol) ?? null;
      for (const rings of [ringing, waiting]) {
        for (const { bell, from } of rings.values()) {
          if (bell.symbol === symbol && (lowest === null || from < lowest)) lowest = from;
        }
      }
      return lowest;
    },
    takeGivenUp(symbol) {
      const from = givenUp.get(symbol) ?? null;
      givenUp.delete(symbol);
      return from;
    },
    idle() {
      if (waiting.size + ringing.size === 0) return Promise.resolve();
      return new Promise((resolve) => idlers.push(resolve));
    },
  };
}
