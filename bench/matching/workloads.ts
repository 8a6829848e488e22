/**
 * The order flows that `nodejs-order-book` measures itself with, as plain data that any book can
 * be fed with, and a mixed one. Prices are whole 1e-4, sizes whole shares.
 */
export type Instruction =
  | { readonly kind: 'limit'; readonly id: string; readonly price: number; readonly size: number }
  | { readonly kind: 'market'; readonly id: string; readonly size: number }
  | { readonly kind: 'cancel'; readonly id: string };

export interface Workload {
  readonly name: string;
  readonly instructions: readonly Instruction[];
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
/** The rival takes prices as they come; ours are whole ticks, so both get those. */
const toTicks = (dollars: number): number => Math.round(dollars * TICKS);

const idOf = (index: number): string => `order-${index}`;

/** Each order at a price of its own. */
function newLimits(count: number): Instruction[] {
  return Array.from({ length: count }, (_, index) => {
    return { kind: 'limit', id: idOf(index), price: toTicks(index + 1), size: 50 } as const;
  });
}

/** All orders at five prices. */
function newOrders(count: number): Instruction[] {
  return Array.from({ length: count }, (_, index) => {
    return { kind: 'limit', id: idOf(index), price: toTicks((index % 5) + 1), size: 50 } as const;
  });
}

/** Every fifth order cancels an earlier one. */
function randomCancels(count: number): Instruction[] {
  const price = createNormal(1, 500, 30);
  return Array.from({ length: count }, (_, index) => {
    const limit = { kind: 'limit', id: idOf(index), price: toTicks(price()), size: 50 } as const;
    if (index === 0 || index % 5 !== 0) return [limit];
    return [limit, { kind: 'cancel', id: idOf(index - 5) } as const];
  }).flat();
}

/** Buys, and a market order that sells into them after every `every` of them. */
function marketOrders(count: number, every: number, meanSize: number): Instruction[] {
  const price = createNormal(2, 500, 20);
  const size = createNormal(3, meanSize, 10);
  return Array.from({ length: count }, (_, index) => {
    const limit = { kind: 'limit', id: idOf(index), price: toTicks(price()), size: 100 } as const;
    if (index % every !== 0) return [limit];
    const market = { kind: 'market', id: `market-${index}`, size: Math.ceil(size()) } as const;
    return [limit, market];
  }).flat();
}

/** New orders, cancels and trades together, as an exchange sees them. */
function mixed(count: number): Instruction[] {
  const numbers = createNumbers(4);
  const price = createNormal(5, 500, 4);
  return Array.from({ length: count }, (_, index) => {
    const roll = numbers();
    if (roll < 0.25 && index > 100) {
      const id = idOf(index - 1 - Math.floor(numbers() * 100));
      return { kind: 'cancel', id } as const;
    }
    if (roll < 0.4) return { kind: 'market', id: `market-${index}`, size: 120 } as const;
    return { kind: 'limit', id: idOf(index), price: toTicks(price()), size: 100 } as const;
  });
}

/** @param scale - 1 for the rival's own sizes; less for a quick look. */
export function createWorkloads(scale: number): Workload[] {
  const count = (full: number): number => Math.round(full * scale);
  return [
    { name: 'new_limits', instructions: newLimits(count(300_000)) },
    { name: 'new_orders', instructions: newOrders(count(100_000)) },
    { name: 'random_cancels', instructions: randomCancels(count(100_000)) },
    { name: 'occasional_market_orders', instructions: marketOrders(count(100_000), 100, 100) },
    { name: 'constant_market_orders', instructions: marketOrders(count(100_000), 1, 50) },
    { name: 'mixed', instructions: mixed(count(100_000)) },
  ];
}
