import type { Bar } from './bar';

export const MINUTE_MS = 60_000;

/** A print with its size, as bars are made of. */
export interface Tick {
  /** ms since 1970-01-01 UTC. */
  readonly atMs: number;
  /** In 1e-4. */
  readonly price: number;
  /** What traded, in 1e-9 shares; 0 for a print that only moves the price. */
  readonly quantity: bigint;
}

/** The start of the interval that `atMs` is in. */
function barStart(atMs: number, intervalMs: number): number {
  return Math.floor(atMs / intervalMs) * intervalMs;
}

/** The bar of one tick alone. */
export function barOfTick({ atMs, price, quantity }: Tick, intervalMs: number): Bar {
  const startMs = barStart(atMs, intervalMs);
  return { startMs, open: price, high: price, low: price, close: price, volume: quantity };
}

/** Two neighbours as one bar, which starts where the earlier one does. */
export function joinBars(earlier: Bar, later: Bar): Bar {
  const { volume: before } = earlier;
  const { volume: after } = later;
  return {
    startMs: earlier.startMs,
    open: earlier.open,
    high: Math.max(earlier.high, later.high),
    low: Math.min(earlier.low, later.low),
    close: later.close,
    volume: before === null || after === null ? null : before + after,
  };
}

/**
 * Bars of `intervalMs` out of finer ones; an interval without any has no bar.
 *
 * @param bars - By time; each lies within one interval.
 */
export function foldBars(bars: Iterable<Bar>, intervalMs: number): Bar[] {
  const folded: Bar[] = [];
  for (const bar of bars) {
    const startMs = barStart(bar.startMs, intervalMs);
    const last = folded.at(-1);
    if (last?.startMs === startMs) folded[folded.length - 1] = joinBars(last, bar);
    else folded.push({ ...bar, startMs });
  }
  return folded;
}

/**
 * Bars of `intervalMs` out of ticks.
 *
 * @param ticks - By time, oldest first.
 */
export function foldTicks(ticks: Iterable<Tick>, intervalMs: number): Bar[] {
  return foldBars(
    Array.from(ticks, (tick) => barOfTick(tick, intervalMs)),
    intervalMs,
  );
}
