/** A doorbell that remembers being rung, so that nothing between two looks is missed. */
export interface Bell {
  count(): number;
  ring(): void;
  /** Resolves once it has rung more often than `heard`. */
  after(heard: number): Promise<void>;
}

export function createBell(): Bell {
  let rings = 0;
  let notify: () => void = () => undefined;
  return {
    count: () => rings,
    ring() {
      rings += 1;
      notify();
    },
    async after(heard) {
      if (rings > heard) return;
      await new Promise<void>((resolve) => {
        notify = resolve;
      });
    },
  };
}
