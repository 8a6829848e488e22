/**
 * The order flows that `nodejs-order-book` measures itself with, as plain data that any book can
 * be fed with, and two more. Each is as in its `benchmarks/benchmark_lob.js`, at the largest size
 * there, but for three things. Prices are whole 1e-4 and sizes 1/512 of a share, exact in both
 * books, where it takes random floats. What it starts at a price of 0, which both books refuse, is
 * one dollar higher, so that orders are measured and not errors. And chance is repeatable.
 */
export type Instruction =
  | { readonly kind: 'limit'; readonly id: string; readonly price: number; readonly size: number }
  | { readonly kind: 'market'; readonly id: string; readonly size: number }
  | { readonly kind: 'cancel'; readonly id: string };

export interface Workload {
  readonly name: string;
  /** Measurements a round: a short flow is bent by whatever the machine does meanwhile. */
  readonly turns: number;
  /** Fed to one book; again every time, as ids are new text in every book. */
  readonly instructions: () => Iterable<Instruction>;
}

/** A repeatable stream of numbers in [0, 1) (xorshift32), so every run measures the same. */
function createNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Normally distributed (Box and Muller), never below the least step. */
function createNormal(seed: number, mean: number, variance: number): () => number {
  const numbers = createNumbers(seed);
  return () => {
    const radius = Math.sqrt(-2 * Math.log(1 - numbers()));
    return Math.max(0.01, mean + Math.sqrt(variance) * radius * Math.cos(2 * Math.PI * numbers()));
  };
}

const TICKS = 10_000;
const toTicks = (dollars: number): number => Math.round(dollars * TICKS);
const toSize = (shares: number): number => Math.round(shares * 512) / 512;

/** Each order at a price of its own. */
function* newLimits(count: number): Iterable<Instruction> {
  for (let index = 0; index < count; index += 1) {
    yield { kind: 'limit', id: String(index), price: toTicks(index + 1), size: 50 };
  }
}

/** All orders at five prices. */
function* newOrders(count: number): Iterable<Instruction> {
  for (let index = 0; index < count; index += 1) {
    yield { kind: 'limit', id: String(index), price: toTicks((index % 5) + 1), size: 50 };
  }
}

/** Every fifth order cancels an earlier one. */
function* randomCancels(count: number): Iterable<Instruction> {
  const price = createNormal(1, 500, 30);
  for (let index = 0; index < count; index += 1) {
    yield { kind: 'limit', id: String(index), price: toTicks(price()), size: 50 };
    if (index > 0 && index % 5 === 0) yield { kind: 'cancel', id: String(index - 5) };
  }
}

/** Buys, and a market order that sells into them after every `every` of them. */
function* marketOrders(count: number, every: number, meanSize: number): Iterable<Instruction> {
  const price = createNormal(2, 500, 20);
  const size = createNormal(3, meanSize, 10);
  for (let index = 1; index < count; index += 1) {
    yield { kind: 'limit', id: String(index), price: toTicks(price()), size: 100 };
    if (index % every === 0) yield { kind: 'market', id: `m${index}`, size: toSize(size()) };
  }
}

/** New orders, cancels and trades together, as an exchange sees them. */
function* mixed(count: number): Iterable<Instruction> {
  const numbers = createNumbers(4);
  const price = createNormal(5, 500, 4);
  for (let index = 0; index < count; index += 1) {
    const roll = numbers();
    if (roll < 0.25 && index > 100) {
      yield { kind: 'cancel', id: String(index - 1 - Math.floor(numbers() * 100)) };
    } else if (roll < 0.4) {
      yield { kind: 'market', id: `m${index}`, size: 120 };
    } else {
      yield { kind: 'limit', id: String(index), price: toTicks(price()), size: 100 };
    }
  }
}

export const WORKLOADS: readonly Workload[] = [
  { name: 'new_limits', turns: 1, instructions: () => newLimits(300_000) },
  { name: 'new_orders', turns: 3, instructions: () => newOrders(1_000) },
  { name: 'random_cancels', turns: 1, instructions: () => randomCancels(10_000) },
  {
    name: 'occasional_market_orders',
    turns: 1,
    instructions: () => marketOrders(100_000, 100, 100),
  },
  { name: 'constant_market_orders', turns: 1, instructions: () => marketOrders(10_000, 1, 50) },
  // The rival's own flow of new orders ends at a thousand; this is what happens beyond.
  { name: 'many_new_orders', turns: 1, instructions: () => newOrders(100_000) },
  { name: 'mixed', turns: 1, instructions: () => mixed(100_000) },
];
