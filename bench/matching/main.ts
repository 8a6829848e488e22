import { performance } from 'node:perf_hooks';
import { median } from '../statistics';
import { type Contender, everfillBook, findRivalBook } from './books';
import { measureMixedFlow } from './mixed-flow';
import { createWorkloads } from './workloads';

/**
 * The matching engine alone, in a process of its own, so that nothing else shares its compiler,
 * its heap or its cache. Prints one line of JSON.
 *
 *   node dist/bench/matching/main.js [scale] [rounds]
 */
function main(): void {
  const [scale = '1', rounds = '3'] = process.argv.slice(2);
  const rival = findRivalBook();
  const workloads = createWorkloads(Number(scale)).map(({ name, instructions }) => {
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round <= Number(rounds); round += 1) {
      const our = measure(everfillBook, instructions);
      const their = rival === null ? null : measure(rival, instructions);
      // The first round warms the compiler up.
      if (round === 0) continue;
      ours.push(our);
      if (their !== null) theirs.push(their);
    }
    return { name, everfill: median(ours), rival: rival === null ? null : median(theirs) };
  });
  const mixed = measureMixedFlow(Number(scale));
  const result: MatchingResult = { mixed, workloads };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

export interface MatchingResult {
  readonly mixed: ReturnType<typeof measureMixedFlow>;
  readonly workloads: readonly {
    readonly name: string;
    /** Operations a second. */
    readonly everfill: number;
    readonly rival: number | null;
  }[];
}

/** Operations a second. */
function measure(contender: Contender, instructions: Parameters<Contender['prepare']>[0]): number {
  const run = contender.prepare(instructions);
  const start = performance.now();
  run();
  return (instructions.length * 1_000) / (performance.now() - start);
}

if (require.main === module) main();
