import { type Contender, everfillBook, findRivalBook } from './books';
import { measureMixedFlow } from './mixed-flow';
import { createStopwatch } from './stopwatch';
import { type Instruction, type Workload, WORKLOADS } from './workloads';

/** Small flows are repeated, each in a new book, until a round holds so many instructions. */
const INSTRUCTIONS_A_ROUND = 100_000;
/** Few enough that their arguments are still in the cache, as if they were just made. */
const PORTION = 1_000;

/**
 * The matching engine alone, in a process of its own, so that nothing else shares its compiler,
 * its heap or its cache. Prints one line of JSON.
 *
 *   node --expose-gc dist/bench/matching/main.js [rounds] [workload...]
 */
function main(): void {
  const [rounds = '3', ...names] = process.argv.slice(2);
  const wanted = WORKLOADS.filter(({ name }) => names.length === 0 || names.includes(name));
  const workloads = wanted.map((workload) => compare(workload, Number(rounds)));
  const mixed = names.length === 0 ? measureMixedFlow() : null;
  const result: MatchingResult = { mixed, workloads };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Operations in a second of processor time. */
interface Round {
  readonly everfill: number;
  /** `null` where the rival is not installed. */
  readonly rival: number | null;
}

export interface MatchingResult {
  /** `null` when only some workloads were asked for. */
  readonly mixed: ReturnType<typeof measureMixedFlow> | null;
  readonly workloads: readonly { readonly name: string; readonly rounds: readonly Round[] }[];
}

function compare(workload: Workload, rounds: number): MatchingResult['workloads'][number] {
  const rival = findRivalBook();
  const measured = Array.from({ length: rounds + 1 }, () => ({
    everfill: measure(everfillBook, workload),
    rival: rival === null ? null : measure(rival, workload),
  }));
  // The first round warms the compiler up.
  return { name: workload.name, rounds: measured.slice(1) };
}

function measure(contender: Contender, { instructions }: Workload): number {
  // What the other one left behind is not to be cleared up within this one's time.
  globalThis.gc?.();
  const watch = createStopwatch();
  let done = 0;
  while (done < INSTRUCTIONS_A_ROUND) {
    const feed = contender.open();
    for (const portion of portionsOf(instructions())) {
      const run = feed(portion);
      watch.time(run);
      done += portion.length;
    }
  }
  return done / watch.seconds();
}

function* portionsOf(instructions: Iterable<Instruction>): Iterable<Instruction[]> {
  let portion: Instruction[] = [];
  for (const instruction of instructions) {
    portion.push(instruction);
    if (portion.length < PORTION) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

if (require.main === module) main();
