import {
  offsetForPrice,
  simulatedPrice,
  simulatedQuote,
  simulatedTrade,
  type SimulatedWalk,
} from '../../domain/prices/simulated-walk';
import { DAY_MS } from '../../domain/calendar/dates';
import { type Calendar, sessionAt } from '../../domain/sessions';
import type { SimulatedState } from './cursor-state';
import { endOfSession } from './end-of-session';
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
  readonly calendar: Calendar;
  /** The book stands between two sessions. */
  readonly closed: boolean;
}

/**
 * A made-up market on the wall's clock, open when its calendar says so. After a time without
 * ticks the price is where it would be by now: nobody was there to trade at the prices between, so
 * they are left out and the jump is marked as a gap.
 */
export function createSimulatedSource(start: SimulatedStart): PriceSource {
  const { walk, tickMs, calendar } = start;
  // A clock that was set back must not stop the market: it goes on from the last index.
  const ahead = Math.max(0, start.lastIndex - Math.floor(start.now / tickMs));
  let { lastIndex, marketAt } = start;
  let offset = start.state?.offset ?? 0;
  let pinned = start.state?.pinned ?? null;
  let paused = false;
  let closed = start.closed;

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
      const at = Math.max(now, before);
      const { open } = sessionAt(calendar, at);
      // A market that is new shows a price before it closes for the first time.
      const ticks = before === 0 && !open ? [quoteTick(index, at, false)] : [];
      const endedAt = endOfSession(calendar, before, at);
      if (!closed && (endedAt !== null || !open)) {
        closed = true;
        marketAt = endedAt ?? at;
        ticks.push({ index, marketAt, move: { kind: 'session_close' } });
      }
      if (open) {
        marketAt = at;
        ticks.push(quoteTick(index, at, closed));
        closed = false;
      }
      return ticks;
    },
    nextDueAt() {
      const next = (lastIndex + 1 - ahead) * tickMs;
      const { open, opensAtMs } = sessionAt(calendar, Math.max(next, marketAt));
      return closed && !open ? (opensAtMs ?? next + DAY_MS) : next;
    },
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
