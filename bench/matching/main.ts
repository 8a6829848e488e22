import { type Contender, everfillBook, findRivalBook } from './books';
import { measureMixedFlow, type MixedFlow } from './mixed-flow';
import { createStopwatch } from './stopwatch';
import { type Instruction, type Workload, WORKLOADS } from './workloads';

/** Enough for the compiler; of a long flow that is its beginning. */
const WARM_UP_SECONDS = 0.2;
/** Flows are repeated, each time in a new book, until they have taken so much processor time. */
const MEASURED_SECONDS = 0.35;
/** Few enough that their arguments are still in the cache, as if they were just made. */
const PORTION = 1_000;

/** `null` when the contender is not installed. */
export type MatchingResult = Pick<MixedFlow, 'operations_per_second'> | null;

/**
 * One flow through one book, in a process of its own, so that nothing else shares its compiler, its
 * heap or its cache: of two books in one process the second was seen to take half as long again.
 * Prints one line of JSON, a `MatchingResult`.
 *
 *   node --expose-gc dist/bench/matching/main.js everfill|rival workload|mixed_flow
 */
function main(): void {
  const [contender = 'everfill', name = 'mixed_flow'] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(measure(contender, name))}\n`);
}

function measure(contender: string, name: string): MatchingResult {
  if (name === 'mixed_flow') return measureMixedFlow();
  const workload = WORKLOADS.find((candidate) => candidate.name === name);
  if (workload === undefined) throw new RangeError(`there is no workload ${name}`);
  const book = contender === 'rival' ? findRivalBook() : everfillBook;
  if (book === null) return null;
  warmUp(book, workload);
  globalThis.gc?.();
  return { operations_per_second: feed(book, workload) };
}

function warmUp(contender: Contender, { instructions }: Workload): void {
  const watch = createStopwatch();
  for (;;) {
    const take = contender.open();
    for (const portion of portionsOf(instructions())) {
      watch.time(take(portion));
      if (watch.seconds() >= WARM_UP_SECONDS) return;
    }
  }
}

/** @returns Operations in a second of processor time. */
function feed(contender: Contender, { instructions }: Workload): number {
  const watch = createStopwatch();
  let done = 0;
  while (watch.seconds() < MEASURED_SECONDS) {
    const take = contender.open();
    for (const portion of portionsOf(instructions())) {
      const run = take(portion);
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
