import { type Calendar, sessionAt } from '../../domain/sessions';
import type { Logger } from '../../platform/logger';
import { endOfSession } from '../market-session/end-of-session';
import type { Move, PriceSource, Tick } from '../market-session/price-source';
import type { LiveFeed } from './live-feed';
import type { LiveQuote, LiveTrade } from './live-messages';
import type { LiveMetrics } from './live-metrics';

export interface LiveStart {
  readonly symbol: string;
  readonly feed: LiveFeed;
  readonly metrics: Pick<LiveMetrics, 'stale' | 'ignored'>;
  readonly logger: Logger;
  /** Prices without a quote for longer are not traded at. */
  readonly staleAfterMs: number;
  readonly lastIndex: number;
  /** Of the newest stored tick, ms; 0 before the first. */
  readonly marketAt: number;
  readonly calendar: Calendar;
  /** The book stands between two sessions. */
  readonly closed: boolean;
  /** The clock that the feed's quotes are stamped with, ms. */
  readonly monotonicMs: () => number;
}

/** Quotes of a shorter time become one step, so that a busy symbol cannot flood the store. */
const STEP_MS = 100;
/** Trades that may wait for a step; beyond it the oldest are left out. */
const TRADES_WAITING = 1_000;

/**
 * Prices of a real market, as its stream tells them, on the wall's clock. Nobody trades at a price
 * that may be gone: until the first quote, and whenever quotes stay away, the symbol is halted and
 * orders wait. It trades when its calendar says so, whatever else the stream tells.
 */
export function createLiveSource(start: LiveStart): PriceSource {
  const { symbol, feed, metrics, logger, staleAfterMs, calendar, monotonicMs } = start;
  let { lastIndex, marketAt } = start;
  let newest: LiveQuote | null = null;
  let changed = false;
  let heardAt = -Infinity;
  let trades: LiveTrade[] = [];
  let dueAt = 0;
  let { closed } = start;
  let paused = false;
  /** What the book was told last; null: nothing yet. */
  let stale: boolean | null = null;

  const unsubscribe = feed.subscribe(symbol, {
    quote(quote, at) {
      newest = quote;
      changed = true;
      heardAt = at;
    },
    trade(trade) {
      trades.push(trade);
      if (trades.length <= TRADES_WAITING) return;
      trades.shift();
      metrics.ignored.inc({ reason: 'overflow' });
    },
  });
  const tick = (move: Move): Tick => {
    lastIndex += 1;
    return { index: lastIndex, marketAt, move };
  };
  const quoteMove = (trade: LiveTrade | null): Move => ({
    kind: 'quote',
    quote: {
      bids: newest?.bids ?? [],
      asks: newest?.asks ?? [],
      print: trade?.price ?? null,
      gap: false,
    },
    opens: true,
    ...(trade !== null && { traded: trade.quantity }),
  });
  const setStale = (now: boolean): Tick => {
    stale = now;
    metrics.stale.set({ symbol }, now ? 1 : 0);
    if (now) logger.warn({ symbol, stale_after_ms: staleAfterMs }, 'live prices are stale');
    else logger.info({ symbol }, 'live prices are fresh');
    return tick({ kind: now ? 'prices_stale' : 'prices_fresh' });
  };

  /** The newest quote opens the day, once there is one to trade at. */
  const openDay = (): Tick[] => {
    if (!closed) return [];
    closed = false;
    changed = false;
    // In a halt there would be no opening, so it ends first.
    const fresh = stale === false ? [] : [setStale(false)];
    return [...fresh, tick(quoteMove(null))];
  };
  const takeOpen = (limit: number): Tick[] => {
    const isStale = monotonicMs() - heardAt > staleAfterMs;
    // Before anything else: what follows must not match at what may be gone.
    const ticks = isStale && stale !== true ? [setStale(true)] : [];
    if (!isStale) ticks.push(...openDay());
    if (paused || closed) trades = [];
    else {
      const printed = trades.splice(0, Math.max(1, limit - ticks.length - 1));
      ticks.push(...printed.map((trade) => tick(quoteMove(trade))));
      if (changed && printed.length === 0) ticks.push(tick(quoteMove(null)));
      changed = false;
    }
    // The newest quote is in the book by now, and waiting orders meet that one.
    if (!isStale && stale !== false) ticks.push(setStale(false));
    return ticks;
  };

  return {
    takeDue(now, limit) {
      if (now < dueAt) return [];
      dueAt = now + STEP_MS;
      const at = Math.max(marketAt, now);
      const { open } = sessionAt(calendar, at);
      const endedAt = endOfSession(calendar, marketAt, at);
      const ticks: Tick[] = [];
      if (!closed && (endedAt !== null || !open)) {
        closed = true;
        marketAt = endedAt ?? at;
        ticks.push(tick({ kind: 'session_close' }));
      }
      if (open) {
        marketAt = at;
        ticks.push(...takeOpen(limit - ticks.length));
      } else trades = [];
      return ticks;
    },
    nextDueAt: () => dueAt,
    setPrice: () => false,
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      changed = newest !== null;
    },
    state: () => ({ kind: 'live' }),
    close() {
      unsubscribe();
      metrics.stale.remove({ symbol });
    },
  };
}
