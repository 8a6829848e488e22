import { type Calendar, sessionAt } from '../../domain/sessions';
import type { Logger } from '../../platform/logger';
import type { SourceState } from '../market-session/cursor-state';
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
  return new LiveSource(start);
}

class LiveSource implements PriceSource {
  private readonly start: LiveStart;
  private readonly unsubscribe: () => void;
  private lastIndex: number;
  private marketAt: number;
  private closed: boolean;
  private newest: LiveQuote | null = null;
  /** Whether the newest quote is one that the book has not seen. */
  private changed = false;
  private heardAt = -Infinity;
  private trades: LiveTrade[] = [];
  private dueAt = 0;
  private paused = false;
  /** What the book was told last; null: nothing yet. */
  private stale: boolean | null = null;

  constructor(start: LiveStart) {
    this.start = start;
    this.lastIndex = start.lastIndex;
    this.marketAt = start.marketAt;
    this.closed = start.closed;
    this.unsubscribe = start.feed.subscribe(start.symbol, {
      quote: (quote, heardAt) => {
        this.newest = quote;
        this.changed = true;
        this.heardAt = heardAt;
      },
      trade: (trade) => this.keepTrade(trade),
    });
  }

  takeDue(now: number, limit: number): Tick[] {
    if (now < this.dueAt) return [];
    this.dueAt = now + STEP_MS;
    const { calendar } = this.start;
    const at = Math.max(this.marketAt, now);
    const { open } = sessionAt(calendar, at);
    const endedAt = endOfSession(calendar, this.marketAt, at);
    const ticks: Tick[] = [];
    if (!this.closed && (endedAt !== null || !open)) {
      this.closed = true;
      this.marketAt = endedAt ?? at;
      ticks.push(this.tick({ kind: 'session_close' }));
    }
    if (open) {
      this.marketAt = at;
      ticks.push(...this.takeOpen(limit - ticks.length));
    } else this.trades = [];
    return ticks;
  }

  nextDueAt(): number {
    return this.dueAt;
  }

  setPrice(): boolean {
    return false;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.changed = this.newest !== null;
  }

  state(): SourceState {
    return { kind: 'live' };
  }

  close(): void {
    const { metrics, symbol } = this.start;
    this.unsubscribe();
    metrics.stale.remove({ symbol });
  }

  private keepTrade(trade: LiveTrade): void {
    this.trades.push(trade);
    if (this.trades.length <= TRADES_WAITING) return;
    this.trades.shift();
    this.start.metrics.ignored.inc({ reason: 'overflow' });
  }

  private takeOpen(limit: number): Tick[] {
    const { monotonicMs, staleAfterMs } = this.start;
    const isStale = monotonicMs() - this.heardAt > staleAfterMs;
    // Before anything else: what follows must not match at what may be gone.
    const ticks = isStale && this.stale !== true ? [this.setStale(true)] : [];
    if (!isStale) ticks.push(...this.openDay());
    if (this.paused || this.closed) this.trades = [];
    else ticks.push(...this.takeNews(Math.max(1, limit - ticks.length - 1)));
    // The newest quote is in the book by now, and waiting orders meet that one.
    if (!isStale && this.stale !== false) ticks.push(this.setStale(false));
    return ticks;
  }

  /** The newest quote opens the day, once there is one to trade at. */
  private openDay(): Tick[] {
    if (!this.closed) return [];
    this.closed = false;
    this.changed = false;
    // In a halt there would be no opening, so it ends first.
    const fresh = this.stale === false ? [] : [this.setStale(false)];
    return [...fresh, this.tick(this.quoteMove(null))];
  }

  private takeNews(limit: number): Tick[] {
    const ticks = this.trades.splice(0, limit).map((trade) => this.tick(this.quoteMove(trade)));
    if (this.changed && ticks.length === 0) ticks.push(this.tick(this.quoteMove(null)));
    this.changed = false;
    return ticks;
  }

  private quoteMove(trade: LiveTrade | null): Move {
    const { bids = [], asks = [] } = this.newest ?? {};
    return {
      kind: 'quote',
      quote: { bids, asks, print: trade?.price ?? null, gap: false },
      opens: true,
      ...(trade !== null && { traded: trade.quantity }),
    };
  }

  private setStale(stale: boolean): Tick {
    const { symbol, metrics, logger, staleAfterMs } = this.start;
    this.stale = stale;
    metrics.stale.set({ symbol }, stale ? 1 : 0);
    if (stale) logger.warn({ symbol, stale_after_ms: staleAfterMs }, 'live prices are stale');
    else logger.info({ symbol }, 'live prices are fresh');
    return this.tick({ kind: stale ? 'prices_stale' : 'prices_fresh' });
  }

  private tick(move: Move): Tick {
    this.lastIndex += 1;
    return { index: this.lastIndex, marketAt: this.marketAt, move };
  }
}
