/** Halts a symbol whose price moves too far too fast. Times are ms of the market's clock. */

/** All three are above zero. */
export interface BreakerLimits {
  /** A larger move than this, in millionths of the price it starts at, trips it. */
  readonly movePpm: number;
  /** Within this time. */
  readonly windowMs: number;
  /** How long the halt lasts. */
  readonly haltMs: number;
}

/** A print of the window that is still an extreme, as `[atMs, price]`. */
export type Extreme = readonly [atMs: number, price: number];

/** What the next session needs to go on; plain JSON. */
export interface BreakerState {
  /** When its own halt ends; `null` while it has not tripped. */
  readonly haltedUntil: number | null;
  /** Oldest first, prices rising. */
  readonly lows: readonly Extreme[];
  /** Oldest first, prices falling. */
  readonly highs: readonly Extreme[];
}

const MILLION = 1_000_000n;
/** Extremes of one such part of the window are kept as one, so that few need to be stored. */
const PARTS_OF_WINDOW = 64;

export class CircuitBreaker {
  private limits: BreakerLimits | null;
  private until: number | null;
  private lows: Extreme[];
  private highs: Extreme[];

  /** @param limits - `null`: it never trips; a halt of before still ends in its time. */
  constructor(limits: BreakerLimits | null, state: BreakerState | null = null) {
    this.limits = limits;
    this.until = state?.haltedUntil ?? null;
    this.lows = [...(state?.lows ?? [])];
    this.highs = [...(state?.highs ?? [])];
  }

  /** Changes the limits; a halt that it began lasts as long as it was to. */
  configure(limits: BreakerLimits | null): void {
    this.limits = limits;
    this.forget();
  }

  /**
   * Takes a print.
   *
   * @returns Whether it is too far from a print of the window: the symbol is to be halted.
   */
  print(atMs: number, price: number): boolean {
    if (this.limits === null) return false;
    const { movePpm, windowMs, haltMs } = this.limits;
    const since = atMs - windowMs;
    this.lows = withinWindow(this.lows, since, atMs);
    this.highs = withinWindow(this.highs, since, atMs);
    const low = this.lows[0]?.[1] ?? price;
    const high = this.highs[0]?.[1] ?? price;
    if (isBeyond(low, price, movePpm) || isBeyond(high, price, movePpm)) {
      this.until = atMs + haltMs;
      this.forget();
      return true;
    }
    const part = windowMs / PARTS_OF_WINDOW;
    keep(this.lows, atMs, price, part, (older) => older < price);
    keep(this.highs, atMs, price, part, (older) => older > price);
    return false;
  }

  /** Whether a halt of its own ends by now; it is told once, and the window begins anew. */
  takeEnd(atMs: number): boolean {
    if (this.until === null || atMs < this.until) return false;
    this.release();
    return true;
  }

  /** Somebody else decides about the halt from here on, or the session is over. */
  release(): void {
    this.until = null;
    this.forget();
  }

  /** The prices of before are no measure any more. */
  forget(): void {
    this.lows = [];
    this.highs = [];
  }

  /** `null` while there is nothing to remember. */
  state(): BreakerState | null {
    const { until: haltedUntil, lows, highs } = this;
    if (haltedUntil === null && lows.length === 0) return null;
    return { haltedUntil, lows: [...lows], highs: [...highs] };
  }
}

/** A clock that runs back, as when another file is played, leaves nothing to compare with. */
function withinWindow(extremes: Extreme[], since: number, now: number): Extreme[] {
  const last = extremes[extremes.length - 1];
  if (last !== undefined && last[0] > now) return [];
  const first = extremes.findIndex(([atMs]) => atMs >= since);
  return first === 0 ? extremes : first < 0 ? [] : extremes.slice(first);
}

/** Drops what the new price hides; what it does not improve soon after the last is left out. */
function keep(
  extremes: Extreme[],
  atMs: number,
  price: number,
  part: number,
  stays: (older: number) => boolean,
): void {
  let last = extremes[extremes.length - 1];
  while (last !== undefined && !stays(last[1])) {
    extremes.pop();
    last = extremes[extremes.length - 1];
  }
  if (last === undefined || atMs - last[0] >= part) extremes.push([atMs, price]);
}

function isBeyond(from: number, to: number, movePpm: number): boolean {
  const move = BigInt(Math.abs(to - from));
  return move * MILLION > BigInt(from) * BigInt(movePpm);
}
