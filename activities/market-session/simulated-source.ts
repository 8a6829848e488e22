import {
  offsetForPrice,
  simulatedPrice,
  simulatedQuote,
  simulatedTrade,
  type SimulatedWalk,
} from '../../domain/prices/simulated-walk';
import type { SimulatedState } from './cursor-state';
import type { PriceSource, Tick } from './price-source';

export interface SimulatedStart {
  readonly walk: SimulatedWalk;
  readonly tickMs: number;
  readonly state: SimulatedState | null;
  /** Of the newest stored tick; 0 before the first. */
  readonly lastIndex: number;
  /** Of the newest stored tick, ms; 0 before the first. */
  readonly marketAt: number;
  /** The session's clock now, ms. */
  readonly now: number;
}

const DAY_MS = 86_400_000;

/**
 * A made-up market that is open all day, every day, on the wall's clock; its day ends at midnight
 * UTC. After a time without a session the price is where it would be by now: nobody was there to
 * trade at the prices between, so they are left out and the jump is marked as a gap.
 */
export function createSimulatedSource(start: SimulatedStart): PriceSource {
  const { walk, tickMs } = start;
  // A clock that was set back must not stop the market: it goes on from the last index.
  const ahead = Math.max(0, start.lastIndex - Math.floor(start.now / tickMs));
  let { lastIndex, marketAt } = start;
  let offset = start.state?.offset ?? 0;
  let pinned = start.state?.pinned ?? null;
  let paused = false;

  const quoteTick = (index: number, at: number, opens: boolean): Tick => {
    const stood = simulatedPrice(walk, lastIndex, offset);
    const isSet = pinned !== null && Math.abs(pinned - stood) >= walk.step;
    if (pinned !== null) {
      offset = offsetForPrice(walk, index, pinned);
      // It walks on from there once it may.
      if (!paused) pinned = null;
    }
    const gap = lastIndex > 0 && (isSet || index > lastIndex + 1);
    lastIndex = index;
    const quote = { ...simulatedQuote(walk, index, offset), gap };
    const traded = simulatedTrade(walk, index);
    return { index, marketAt: at, move: { kind: 'quote', quote, opens, traded } };
  };

  return {
    takeDue(now) {
      const index = Math.floor(now / tickMs) + ahead;
      if (index <= lastIndex) return [];
      const before = marketAt;
      marketAt = Math.max(now, before);
      const midnight = Math.floor(marketAt / DAY_MS) * DAY_MS;
      const dayEnded = before > 0 && before < midnight;
      const tick = quoteTick(index, marketAt, dayEnded);
      if (!dayEnded) return [tick];
      return [{ index, marketAt: midnight, move: { kind: 'session_close' } }, tick];
    },
    nextDueAt: () => (lastIndex + 1 - ahead) * tickMs,
    setPrice(price) {
      pinned = price;
      return true;
    },
    pause() {
      paused = true;
      pinned ??= simulatedPrice(walk, lastIndex, offset);
    },
    resume() {
      paused = false;
    },
    state: () => ({ kind: 'simulated', offset, pinned }),
  };
}
