import { parseArgs } from 'node:util';
import { FAULTS } from './faults/catalogue';
import type { Fault } from './faults/fault';

export interface ChaosOptions {
  readonly seed: number;
  /** Orders to place at least. */
  readonly orders: number;
  readonly faults: readonly Fault[];
  readonly long: boolean;
}

/** A wrong option: the message names the right ones. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

const NAMES = {
  seed: { type: 'string' },
  orders: { type: 'string' },
  faults: { type: 'string' },
  long: { type: 'boolean' },
} as const;

const SHORT_ORDERS = 300;
const LONG_ORDERS = 5_000;
const HIGHEST_SEED = 2 ** 31 - 1;
const MOST_ORDERS = 1_000_000;

/**
 * @param args - `--seed N --orders N --faults a,b --long`; absent or empty ones have a default.
 * @param randomSeed - The seed when none is given.
 * @throws OptionError
 */
export function parseChaosOptions(args: readonly string[], randomSeed: number): ChaosOptions {
  const { seed, orders, faults, long = false } = parse(args);
  return {
    seed: readWhole('seed', seed, { otherwise: randomSeed, lowest: 0, highest: HIGHEST_SEED }),
    orders: readWhole('orders', orders, {
      otherwise: long ? LONG_ORDERS : SHORT_ORDERS,
      lowest: 1,
      highest: MOST_ORDERS,
    }),
    faults: readFaults(faults, long),
    long,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: joinNegatives(args), options: NAMES, strict: true }).values;
  } catch (error) {
    const names = Object.keys(NAMES).map((name) => `--${name}`);
    const [problem] = (error as Error).message.split(/\.\s/);
    throw new OptionError(`${problem ?? 'bad options'}; valid options: ${names.join(', ')}`);
  }
}

/** `--seed -1` as `--seed=-1`: a wrong number is to be called that, and not an option. */
function joinNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if (/^-\d/.test(arg) && before !== undefined && /^--\w+$/.test(before)) {
      joined.splice(-1, 1, `${before}=${arg}`);
    } else joined.push(arg);
  }
  return joined;
}

interface Range {
  readonly otherwise: number;
  readonly lowest: number;
  readonly highest: number;
}

function readWhole(
  name: string,
  text: string | undefined,
  { otherwise, lowest, highest }: Range,
): number {
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
  throw new OptionError(`--${name} '${text}' is not a whole number from ${lowest} to ${highest}`);
}

function readFaults(text: string | undefined, long: boolean): readonly Fault[] {
  // The long form is a barrage of its own; single drills join it when they are named.
  if (text === undefined || text === '') return long ? [] : FAULTS.filter(({ short }) => short);
  if (text === 'all') return FAULTS;
  const known = new Map(FAULTS.map((fault) => [fault.name, fault]));
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length === 0) {
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice === undefined) return names.flatMap((name) => known.get(name) ?? []);
    throw new OptionError(`--faults names '${twice}' twice; each drill runs once`);
  }
  if (unknown.includes('all')) throw new OptionError("--faults 'all' stands alone");
  const valid = FAULTS.map(({ name }) => name).join(', ');
  throw new OptionError(`no fault is named '${unknown.join("', '")}'; valid names: all, ${valid}`);
}
