import type { Quote } from '../../domain/book/types';
import type { Bar } from '../../domain/prices/bar';
import type { SourceState } from './cursor-state';

/** What the prices did at one instant. */
export type Move =
  /** The market maker's quote and a print; `opens` where a day begins with it. */
  | {
      readonly kind: 'quote';
      readonly quote: Quote;
      readonly opens: boolean;
      /** What others traded at the print (1e-9 shares); absent: unknown. */
      readonly traded?: number;
    }
  /** A bar begins with a jump to its open. */
  | { readonly kind: 'bar_open'; readonly bar: Bar }
  /** Its path reaches corner 1, 2 or 3; every price on the way is met. */
  | { readonly kind: 'bar_corner'; readonly bar: Bar; readonly corner: number }
  /** It is over: the volume that our orders left was traded by others. */
  | { readonly kind: 'bar_close'; readonly bar: Bar }
  /** The symbol's day is over. */
  | { readonly kind: 'session_close' }
  /** The prices are too old to trade at, or are not any more. */
  | { readonly kind: 'prices_stale' | 'prices_fresh' };

/** One step of the market's clock. */
export interface Tick {
  /** Never falls, over restarts neither; a new print has a new one. */
  readonly index: number;
  /** The market's clock, ms since 1970; never runs back, unless a symbol is given another file. */
  readonly marketAt: number;
  readonly move: Move;
}

/**
 * Where prices come from. It only ever moves forward, and `state` after a tick is all that another
 * one needs to continue behind it.
 */
export interface PriceSource {
  /**
   * Ticks due by `now`, oldest first.
   *
   * @param now - The session's clock, ms: the database's time, free of jumps within a session.
   * @param limit - At least one; what is left is due at once.
   */
  takeDue(now: number, limit: number): Tick[];
  /** When the next tick is due on the session's clock; may lie in the past. */
  nextDueAt(): number;
  /** False where prices are given and cannot be set. */
  setPrice(price: number): boolean;
  pause(): void;
  resume(): void;
  state(): SourceState;
  /** Lets go of what it holds; the session is over. */
  close?(): void;
}
