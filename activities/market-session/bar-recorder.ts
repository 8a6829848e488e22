import type { Bar } from '../../domain/prices/bar';
import { barOfTick, joinBars, MINUTE_MS } from '../../domain/prices/fold-bars';

/** Collects what one step prints as one-minute bars of market time. */
export interface BarRecorder {
  /** @param quantity - What traded, in 1e-9 shares; 0 for a print that only moves the price. */
  add(marketAt: number, price: number, quantity: bigint): void;
  /** By time; each is the part of its minute that this step saw. */
  bars(): Bar[];
}

export function createBarRecorder(): BarRecorder {
  const bars = new Map<number, Bar>();
  return {
    add(marketAt, price, quantity) {
      const bar = barOfTick({ atMs: marketAt, price, quantity }, MINUTE_MS);
      const before = bars.get(bar.startMs);
      bars.set(bar.startMs, before === undefined ? bar : joinBars(before, bar));
    },
    bars: () => [...bars.values()],
  };
}
