/** One candle: prices in 1e-4, low <= open, close <= high; volume in 1e-9 shares. */
export interface Bar {
  /** Start of the interval in ms since 1970-01-01 UTC. */
  readonly startMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** `null` where the source does not tell, as for an index. */
  readonly volume: bigint | null;
}
