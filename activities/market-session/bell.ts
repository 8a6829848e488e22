/** Wakes one sleeper; rings before it sleeps are kept, and many of them are one. */
export interface Bell {
  ring(): void;
  /** Whether it rang since the last call. */
  take(): boolean;
  /** Resolves at the next ring, at once if it has rung, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    take() {
      const was = rung;
      rung = false;
      return was;
    },
    wait(ms) {
      if (rung) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => wake?.(), Math.max(0, ms));
        wake = () => {
          clearTimeout(timer);
          wake = null;
          resolve();
        };
      });
    },
  };
}
