import type { Logger } from '../../platform/logger';
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
  /** The clock that the feed's quotes are stamped with, ms. */
  readonly monotonicMs: () => number;
}

/** Quotes of a shorter time become one step, so that a busy symbol cannot flood the store. */
const STEP_MS = 100;
/** Trades that may wait for a step; beyond it the oldest are left out. */
const TRADES_WAITING = 1_000;
const DAY_MS = 86_400_000;

/**
 * Prices of a real market, as its stream tells them, on the wall's clock. Nobody trades at a price
 * that may be gone: until the first quote, and whenever quotes stay away, the symbol is halted and
 * orders wait. The day ends at midnight UTC.
 */
export function createLiveSource(start: LiveStart): PriceSource {
  const { symbol, feed, metrics, logger, staleAfterMs, monotonicMs } = start;
  let { lastIndex, marketAt } = start;
  let newest: LiveQuote | null = null;
  let changed = false;
  let heardAt = -Infinity;
  let trades: LiveTrade[] = [];
  let dueAt = 0;
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

  return {
    takeDue(now, limit) {
      if (now < dueAt) return [];
      dueAt = now + STEP_MS;
      const midnight = Math.floor(now / DAY_MS) * DAY_MS;
      const ticks: Tick[] = [];
      if (marketAt > 0 && marketAt < midnight) {
        marketAt = midnight;
        ticks.push(tick({ kind: 'session_close' }));
      }
      marketAt = Math.max(marketAt, now);
      const isStale = monotonicMs() - heardAt > staleAfterMs;
      // Before anything else: what follows must not match at what may be gone.
      if (isStale && stale !== true) ticks.push(setStale(true));
      if (paused) trades = [];
      else {
        const printed = trades.splice(0, Math.max(1, limit - ticks.length - 1));
        ticks.push(...printed.map((trade) => tick(quoteMove(trade))));
        if (changed && printed.length === 0) ticks.push(tick(quoteMove(null)));
        changed = false;
      }
      // The newest quote is in the book by now, and waiting orders meet that one.
      if (!isStale && stale !== false) ticks.push(setStale(false));
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
