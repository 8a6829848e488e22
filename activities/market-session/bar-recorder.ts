import type { Bar } from '../../domain/prices/bar';
import { barOfTick, joinBars, MINUTE_MS, type Tick } from '../../domain/prices/fold-bars';

/** A bar with what an average price needs. */
export interface RecordedBar extends Bar {
  /** Prints in it, those without a quantity included. */
  readonly tradeCount: number;
  /** Sum of price x quantity, in 1e-13. */
  readonly notional: bigint;
}

/** Collects what one step prints, as it came and as one-minute bars of market time. */
export interface BarRecorder {
  /** @param quantity - What traded, in 1e-9 shares; 0 for a print that only moves the price. */
  add(marketAt: number, price: number, quantity: bigint): void;
  /** In the order they came. */
  prints(): readonly Tick[];
  /** By time; each is the part of its minute that this step saw. */
  bars(): RecordedBar[];
}

export function createBarRecorder(): BarRecorder {
  const bars = new Map<number, RecordedBar>();
  const prints: Tick[] = [];
  return {
    add(marketAt, price, quantity) {
      const print = { atMs: marketAt, price, quantity };
      prints.push(print);
      const bar = barOfTick(print, MINUTE_MS);
      const notional = BigInt(price) * quantity;
      const before = bars.get(bar.startMs);
      bars.set(
        bar.startMs,
        before === undefined
          ? { ...bar, tradeCount: 1, notional }
          : {
              ...joinBars(before, bar),
              tradeCount: before.tradeCount + 1,
              notional: before.notional + notional,
            },
      );
    },
    prints: () => prints,
    bars: () => [...bars.values()],
  };
}
