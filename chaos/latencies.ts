/** A stretch of time, ms since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface LatencySample {
  readonly at: number;
  readonly ms: number;
}

/** Splits samples by whether their beginning falls into one of the spans. */
export function compareLatencies(
  samples: readonly LatencySample[],
  spans: readonly Span[],
): { within: Latency; outside: Latency } {
  const isWithin = ({ at }: LatencySample): boolean =>
    spans.some(({ from, to }) => at >= from && at <= to);
  return {
    within: summarize(samples.filter(isWithin)),
    outside: summarize(samples.filter((sample) => !isWithin(sample))),
  };
}

export function summarize(samples: readonly LatencySample[]): Latency {
  const sorted = samples.map(({ ms }) => ms).sort((one, other) => one - other);
  const at = (fraction: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}
