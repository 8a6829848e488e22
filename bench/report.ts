import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { median, percentile, rounded } from './statistics';

/** One figure of the report: its median over the rounds, and how far the rounds lie apart. */
export interface Figure {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly rounds: number;
}

/** What a run has measured so far. Figures keep the order in which they were first added. */
export class Results {
  private readonly samples = new Map<string, number[]>();
  private readonly latencies = new Map<string, number[]>();
  readonly notes: string[] = [];

  /** One round's value of a figure; what could not be measured is left out. */
  add(name: string, value: number | null): void {
    if (value === null || Number.isNaN(value)) return;
    const values = this.samples.get(name) ?? [];
    values.push(value);
    this.samples.set(name, values);
  }

  /**
   * One round's latencies: the median becomes `<name>_p50_ms` of the round; the 99th percentile is
   * taken over all rounds together, because one round has too few for it.
   */
  addLatencies(name: string, latenciesMs: readonly number[]): void {
    this.add(`${name}_p50_ms`, percentile(latenciesMs, 0.5));
    const pooled = this.latencies.get(name) ?? [];
    pooled.push(...latenciesMs);
    this.latencies.set(name, pooled);
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  median(name: string): number {
    return median(this.samples.get(name) ?? []);
  }

  figures(): ReadonlyMap<string, Figure> {
    const figures = new Map<string, Figure>();
    for (const [name, values] of this.samples) {
      figures.set(name, {
        median: rounded(median(values)),
        lowest: rounded(Math.min(...values)),
        highest: rounded(Math.max(...values)),
        rounds: values.length,
      });
      const base = name.endsWith('_p50_ms') ? name.slice(0, -'_p50_ms'.length) : null;
      const pooled = base === null ? undefined : this.latencies.get(base);
      if (base === null || pooled === undefined) continue;
      const p99 = rounded(percentile(pooled, 0.99));
      const rounds = values.length;
      figures.set(`${base}_p99_ms`, { median: p99, lowest: p99, highest: p99, rounds });
    }
    return figures;
  }
}

/** The report as it is written: every figure under its own name, then how far rounds lie apart. */
export function toReport<Facts extends object>(results: Results, facts: Facts) {
  const figures = [...results.figures()];
  return {
    ...facts,
    notes: results.notes,
    ...Object.fromEntries(figures.map(([name, figure]) => [name, figure.median])),
    spread: Object.fromEntries(
      figures.map(([name, { lowest, highest }]) => [name, [lowest, highest]]),
    ),
  };
}

export function writeReport(report: Readonly<Record<string, unknown>>, home: string): string {
  const file = resolve(home, 'reports', 'bench.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
}

export function formatTable(results: Results): string {
  const lines = [...results.figures()].map(([name, { median: middle, lowest, highest }]) => {
    const spread = lowest === highest ? '' : `${lowest} to ${highest}`;
    return `${name.padEnd(46)}${String(middle).padStart(10)}   ${spread}`;
  });
  const head = `${'figure'.padEnd(46)}${'median'.padStart(10)}   lowest to highest`;
  return [head, ...lines].join('\n');
}
