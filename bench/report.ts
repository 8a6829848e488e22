import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { median, percentile, rounded } from './statistics';

/** Figures of one kind from every round, in the order of the rounds. */
export type Samples = Map<string, number[]>;

export function addSample(samples: Samples, name: string, value: number): void {
  const values = samples.get(name) ?? [];
  values.push(value);
  samples.set(name, values);
}

/** Medians of all figures, each with its lowest and highest round. */
export function toReport(samples: Samples, facts: Readonly<Record<string, unknown>>) {
  const entries = [...samples].map(([name, values]) => [name, rounded(median(values))] as const);
  const spread = [...samples].map(
    ([name, values]) =>
      [name, [rounded(Math.min(...values)), rounded(Math.max(...values))]] as const,
  );
  return {
    ...facts,
    machine: {
      cores: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      memory_gib: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    ...Object.fromEntries(entries),
    spread: Object.fromEntries(spread),
  };
}

export function writeReport(report: Readonly<Record<string, unknown>>, home: string): string {
  const file = resolve(home, 'reports', 'bench.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
}

/** Latency figures of one loop under `<name>_p50_ms` and `<name>_p99_ms`. */
export function addLatencies(samples: Samples, name: string, latenciesMs: readonly number[]): void {
  addSample(samples, `${name}_p50_ms`, percentile(latenciesMs, 0.5));
  addSample(samples, `${name}_p99_ms`, percentile(latenciesMs, 0.99));
}

export function formatTable(samples: Samples): string {
  const lines = [...samples].map(([name, values]) => {
    const spread = `${rounded(Math.min(...values))} to ${rounded(Math.max(...values))}`;
    return `${name.padEnd(38)}${String(rounded(median(values))).padStart(12)}   ${spread}`;
  });
  return [
    `${'figure'.padEnd(38)}${'median'.padStart(12)}   lowest to highest round`,
    ...lines,
  ].join('\n');
}

/** The version of the Temporal SDK that is installed. */
export function sdkVersion(): string {
  const file = join(dirname(require.resolve('@temporalio/client')), '..', 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
