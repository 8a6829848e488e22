/** A clock that stands still until it is told to move. */
export interface VirtualTime {
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns Takes it back. */
  after(delayMs: number, run: () => void): () => void;
  /**
   * Moves on to the first moment for which something is due, and runs what is due then.
   *
   * @returns False if nothing is due up to `untilMs`; the clock then stands there.
   */
  step(untilMs: number): boolean;
}

export function createVirtualTime(startMs: number): VirtualTime {
  const due = new Set<{ readonly atMs: number; readonly run: () => void }>();
  let nowMs = startMs;
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const entry = { atMs: nowMs + delayMs, run };
      due.add(entry);
      return () => due.delete(entry);
    },
    step(untilMs) {
      const nextMs = Math.min(...[...due].map(({ atMs }) => atMs));
      nowMs = Math.min(nextMs, untilMs);
      if (nextMs > untilMs) return false;
      for (const entry of [...due].filter(({ atMs }) => atMs === nextMs)) {
        due.delete(entry);
        entry.run();
      }
      return true;
    },
  };
}
