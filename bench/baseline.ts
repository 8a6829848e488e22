import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findSourceRoot } from './source-root';

/** What a figure was when it was last looked at, and how much of it may go without alarm. */
export interface Expectation {
  readonly value: number;
  readonly better: 'higher' | 'lower';
  /** A share of the value: 0.3 lets a figure of 1.0 fall to 0.7, or rise to 1.3. */
  readonly margin: number;
}

export type Baseline = Readonly<Record<string, Expectation>>;

export interface Drop {
  readonly name: string;
  readonly measured: number;
  /** The worst value that passes. */
  readonly bound: number;
}

/**
 * Figures that are worse than the baseline by more than their margin. Only ratios and counts are
 * in it, because rates differ from machine to machine; what was not measured is not judged.
 *
 * @param figures - As in the report: name to value.
 */
export function findDrops(baseline: Baseline, figures: Readonly<Record<string, unknown>>): Drop[] {
  return Object.entries(baseline).flatMap(([name, { value, better, margin }]) => {
    const measured = figures[name];
    if (typeof measured !== 'number') return [];
    const bound = better === 'higher' ? value * (1 - margin) : value * (1 + margin);
    const passes = better === 'higher' ? measured >= bound : measured <= bound;
    return passes ? [] : [{ name, measured, bound }];
  });
}

export function readBaseline(): Baseline {
  const file = join(findSourceRoot(), 'bench', 'baseline.json');
  return JSON.parse(readFileSync(file, 'utf8')) as Baseline;
}
