/** When to ring the same root again, and how many rings a second; holds no clock of its own. */
export interface RingSchedule {
  /**
   * Which of these roots to ring now; asking counts as ringing.
   *
   * @param roots - The ones that wait longest first; they have the first claim on the rate.
   * @param now - Milliseconds of a clock that never runs back.
   */
  take(roots: readonly string[], now: number): string[];
  /** Roots that were rung and are not to be rung again before their time. */
  resting(now: number): string[];
}

export interface RingScheduleOptions {
  readonly firstMs: number;
  readonly maximumMs: number;
  readonly perSecond: number;
}

interface Rung {
  readonly nextAt: number;
  readonly waitMs: number;
}

/** Doubles the wait of a root from `firstMs` to `maximumMs`; forgets roots that settled. */
export function createRingSchedule(options: RingScheduleOptions): RingSchedule {
  const { firstMs, maximumMs, perSecond } = options;
  const rung = new Map<string, Rung>();
  let tokens = perSecond;
  let filledAt: number | null = null;

  const refill = (now: number): void => {
    const elapsed = filledAt === null ? 0 : Math.max(0, now - filledAt);
    tokens = Math.min(perSecond, tokens + (elapsed * perSecond) / 1_000);
    filledAt = now;
  };
  const forget = (now: number): void => {
    for (const [root, { nextAt, waitMs }] of rung) {
      // Nobody asked for it a whole wait past its time, so it is settled.
      if (now >= nextAt + waitMs) rung.delete(root);
    }
  };

  return {
    take(roots, now) {
      refill(now);
      const due: string[] = [];
      for (const root of roots) {
        if (tokens < 1) break;
        const before = rung.get(root);
        if (before !== undefined && now < before.nextAt) continue;
        const waitMs = before === undefined ? firstMs : Math.min(maximumMs, before.waitMs * 2);
        rung.set(root, { nextAt: now + waitMs, waitMs });
        tokens -= 1;
        due.push(root);
      }
      forget(now);
      return due;
    },
    resting(now) {
      return [...rung].filter(([, { nextAt }]) => now < nextAt).map(([root]) => root);
    },
  };
}
