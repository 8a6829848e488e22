import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Many minutes instead of two: larger rounds, arrival rates, everything about size. */
  readonly full: boolean;
  readonly rounds: number;
  /** Sections to run; empty for all that the form has. */
  readonly only: readonly string[];
  /** Fail when a ratio is worse than the committed baseline by more than its margin. */
  readonly check: boolean;
}

const MAXIMUM_ROUNDS = 20;
const QUICK_ROUNDS = 1;
const FULL_ROUNDS = 3;

/** @throws Error naming the option and its rule. */
export function parseBenchOptions(args: string[], sections: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      full: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string', default: '' },
      check: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.full ? FULL_ROUNDS : QUICK_ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAXIMUM_ROUNDS) {
    throw new Error(`--rounds takes a whole number from 1 to ${MAXIMUM_ROUNDS}`);
  }
  const only = values.only.split(',').filter((name) => name !== '');
  const unknown = only.find((name) => !sections.includes(name));
  if (unknown !== undefined) {
    throw new Error(`--only takes names of ${sections.join(', ')}; ${unknown} is none`);
  }
  return { full: values.full, rounds, only, check: values.check };
}
