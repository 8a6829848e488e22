export interface Stopwatch {
  /** Runs it and counts what it takes. */
  time(run: () => void): void;
  /** Counted so far. */
  seconds(): number;
}

/**
 * Counts the processor time of this process, its garbage collector's threads included. Time on the
 * wall would count whatever else the machine does.
 */
export function createStopwatch(): Stopwatch {
  let microseconds = 0;
  return {
    time(run) {
      const start = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(start);
      microseconds += user + system;
    },
    seconds: () => microseconds / 1_000_000,
  };
}
