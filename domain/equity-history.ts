import { divideHalfEven, powerOfTen } from './decimal';

/** What an account was worth from a moment on; cash in 1e-4, epoch milliseconds. */
export interface EquityPoint {
  readonly atMs: number;
  readonly equity: bigint;
}

/** A stretch of time; its value is that at its end. */
export interface EquityWindow {
  readonly startMs: number;
  /** First moment after it. */
  readonly endMs: number;
  /** `YYYY-MM-DD`, the trading day it belongs to. */
  readonly tradingDay: string;
}

export interface EquityHistoryEntry {
  readonly startMs: number;
  readonly equity: bigint;
  readonly profit: bigint;
  /** Of the base, in 1e-6: 10,000 is one percent. */
  readonly profitPpm: bigint;
}

export interface EquityHistory {
  /** What profits are counted from where they are not counted from their own day. */
  readonly baseValue: bigint;
  /** The moment since which the base stood, `null` when it is the first value of the history. */
  readonly baseAtMs: number | null;
  readonly entries: readonly EquityHistoryEntry[];
}

/** Digits of a ratio after the point. */
export const RATIO_SCALE = 6;

/**
 * The value of an account at the end of each window, and the profit since before the first one.
 * Between two points the value stood where the first left it; windows that ended before there was
 * an account are left out. Without any window the base is the first value there is.
 *
 * @param points - Earliest first; the first is the opening deposit or later.
 * @param windows - Earliest first.
 * @param resetsDaily - Whether a profit is counted from the value at the end of the day before.
 */
export function equityHistory(
  points: readonly EquityPoint[],
  windows: readonly EquityWindow[],
  resetsDaily: boolean,
): EquityHistory {
  const valueBefore = readerOf(points);
  const first = windows[0];
  const base = first === undefined ? null : valueBefore(first.startMs + 1);
  const entries: EquityHistoryEntry[] = [];
  let baseValue = base?.equity ?? null;
  let dayBase = baseValue;
  let day = first?.tradingDay;
  let last = baseValue;
  for (const { startMs, endMs, tradingDay } of windows) {
    const equity = valueBefore(endMs)?.equity;
    if (equity === undefined) continue;
    baseValue ??= points[0]?.equity ?? equity;
    if (tradingDay !== day) {
      dayBase = last;
      day = tradingDay;
    }
    const from = (resetsDaily ? dayBase : null) ?? baseValue;
    const profit = equity - from;
    entries.push({ startMs, equity, profit, profitPpm: ratioOf(profit, from) });
    last = equity;
  }
  baseValue ??= points[0]?.equity ?? 0n;
  return { baseValue, baseAtMs: base?.atMs ?? null, entries };
}

/** Reads values at moments that only move forward. */
function readerOf(points: readonly EquityPoint[]): (ms: number) => EquityPoint | null {
  let next = 0;
  let found: EquityPoint | null = null;
  return (ms) => {
    for (let point = points[next]; point !== undefined && point.atMs < ms; point = points[next]) {
      found = point;
      next += 1;
    }
    return found;
  };
}

/** Half-even; 0 where there is nothing to compare with. */
function ratioOf(profit: bigint, base: bigint): bigint {
  return base <= 0n ? 0n : divideHalfEven(profit * powerOfTen(RATIO_SCALE), base);
}
