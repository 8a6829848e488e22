import { MAX_BOOK_PRICE, type Quote, type QuoteLevel } from '../book/types';

/**
 * A made-up price that looks like a random walk, yet any tick of it can be computed without the
 * ones before: noise of many wave lengths is added up, each twice as long as the one before and
 * higher by the square root of two, as the variance of a walk grows with time. Beyond the longest
 * wave it wanders around its base price, so a run of weeks stays in a plausible range.
 *
 * Only integer steps and exact divisions: every machine computes the same prices.
 */
export interface SimulatedWalk {
  /** 0 to 2^32 - 1; another seed is another history. */
  readonly seed: number;
  readonly symbol: string;
  /** In 1e-4. */
  readonly basePrice: number;
  /** The typical move from one tick to the next, in millionths of the price. */
  readonly volatilityPpm: number;
  /** The increment of the prices, in 1e-4: 100 for a cent. */
  readonly step: number;
}

/** The longest wave is 2^17 ticks: some hours at ten ticks a second. */
const WAVES = 18;
const PPM = 1_000_000;
const SHARE = 1_000_000_000;
/** Names of the independent streams of random numbers; waves use 0 to WAVES - 1. */
const SPREAD_STREAM = 100;
const DEPTH_STREAM = 101;
const SIZE_STREAM = 110;
const TRADE_STREAM = 130;

/**
 * The price of a tick in 1e-4, a multiple of the step and never below one step.
 *
 * @param tick - 0 or more.
 * @param offset - Added to every price in 1e-4: what a price that was set by hand shifts it by.
 */
export function simulatedPrice(walk: SimulatedWalk, tick: number, offset = 0): number {
  const key = keyOf(walk);
  let move = 0;
  for (let wave = 0; wave < WAVES; wave += 1) move += waveAt(key, wave, tick) * heightOf(wave);
  const ppm = Math.floor((move * walk.volatilityPpm) / NOISE_RANGE);
  // Down by a third what goes up by a half: the price nears zero, but never reaches it.
  const price =
    ppm >= 0 ? (walk.basePrice * (PPM + ppm)) / PPM : (walk.basePrice * PPM) / (PPM - ppm);
  return toStep(walk.step, price + offset);
}

/** The offset that makes the price at `tick` be `price`. */
export function offsetForPrice(walk: SimulatedWalk, tick: number, price: number): number {
  return price - simulatedPrice(walk, tick);
}

/**
 * The market maker's quote and print of a tick: bid <= print <= ask, one or two steps apart, two or
 * three levels a side, a few hundred to a few thousand whole shares each, more behind the best.
 */
export function simulatedQuote(walk: SimulatedWalk, tick: number, offset = 0): Quote {
  const key = keyOf(walk);
  const print = simulatedPrice(walk, tick, offset);
  const [below, above] = SPREADS[hash(key, SPREAD_STREAM, tick) % SPREADS.length] as Spread;
  const levels = 2 + (hash(key, DEPTH_STREAM, tick) % 2);
  const side = (best: number, away: number, stream: number): QuoteLevel[] =>
    Array.from({ length: levels }, (_, depth) => ({
      price: best + away * depth,
      size: sizeAt(key, stream + depth, tick, depth),
    })).filter(({ price }) => price > 0 && price <= MAX_BOOK_PRICE);
  return {
    bids: side(print - below * walk.step, -walk.step, SIZE_STREAM),
    asks: side(print + above * walk.step, walk.step, SIZE_STREAM + levels),
    print,
    gap: false,
  };
}

/** What others traded at a tick's print: 1 to 300 whole shares, in 1e-9. */
export function simulatedTrade(walk: SimulatedWalk, tick: number): number {
  return (1 + (hash(keyOf(walk), TRADE_STREAM, tick) % 300)) * SHARE;
}

/** How many steps the best bid is below the print and the best ask above it. */
type Spread = readonly [below: number, above: number];
const SPREADS: readonly Spread[] = [
  [0, 1],
  [1, 0],
  [1, 1],
];

/** 200 to 1,199 shares at the best price, as many more at each level behind it. */
function sizeAt(key: number, stream: number, tick: number, depth: number): number {
  return (200 + (hash(key, stream, tick) % 1_000)) * (depth + 1) * SHARE;
}

function toStep(step: number, price: number): number {
  const steps = Math.floor(price / step + 0.5);
  const most = Math.floor(MAX_BOOK_PRICE / step);
  return Math.min(Math.max(steps, 1), most) * step;
}

const NOISE_RANGE = 32_768;
/** 1000 x the square root of two, so that heights are integers. */
const ROOT_OF_TWO = 1_414;

function heightOf(wave: number): number {
  const doubled = 2 ** Math.floor(wave / 2);
  return wave % 2 === 0 ? doubled : (doubled * ROOT_OF_TWO) / 1_000;
}

/** One wave: a random height at every 2^wave-th tick, straight lines between; +-NOISE_RANGE. */
function waveAt(key: number, wave: number, tick: number): number {
  const length = 2 ** wave;
  const cell = Math.floor(tick / length);
  const into = tick - cell * length;
  const from = noise(key, wave, cell);
  const to = noise(key, wave, cell + 1);
  return Math.floor((from * (length - into) + to * into) / length);
}

/** -NOISE_RANGE to NOISE_RANGE - 1. */
function noise(key: number, wave: number, cell: number): number {
  return (hash(key, wave, cell) >>> 16) - NOISE_RANGE;
}

function keyOf({ seed, symbol }: SimulatedWalk): number {
  let key = mix(seed >>> 0);
  for (let index = 0; index < symbol.length; index += 1) {
    key = mix(key ^ symbol.charCodeAt(index));
  }
  return key;
}

/** An evenly spread number of 32 bits for each (key, stream, index); index up to 2^53. */
function hash(key: number, stream: number, index: number): number {
  const high = Math.floor(index / 2 ** 32);
  return mix(mix(mix(key ^ stream) ^ high) ^ (index >>> 0));
}

/** Every bit of the result depends on every bit of `value` (MurmurHash3's last steps). */
function mix(value: number): number {
  let bits = (value + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
