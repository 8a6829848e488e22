import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Results } from '../report';
import { median } from '../statistics';
import type { MatchingResult } from './main';
import { type Workload, WORKLOADS } from './workloads';

/** Adds the figures of the matching engine alone, each ratio of two runs that follow each other. */
export async function addMatching(results: Results, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const flow = await measure('everfill', 'mixed_flow');
    results.add('match_ops_per_second', flow?.operations_per_second ?? null);
    for (const workload of WORKLOADS) await addWorkload(results, workload);
  }
}

/** A round's value is the middle one of its turns. */
async function addWorkload(results: Results, { name, turns }: Workload): Promise<void> {
  const everfill: number[] = [];
  const rival: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    everfill.push((await measure('everfill', name))?.operations_per_second ?? Number.NaN);
    const other = await measure('rival', name);
    if (other !== null) rival.push(other.operations_per_second);
  }
  results.add(`match_${name}_ops_per_second`, median(everfill));
  if (rival.length === 0) {
    results.note('nodejs-order-book is not installed: npm ci without --omit=dev brings it');
    return;
  }
  results.add(`match_${name}_rival_ops_per_second`, median(rival));
  const ratios = rival.map((operations, turn) => (everfill[turn] ?? Number.NaN) / operations);
  results.add(`match_${name}_to_rival`, median(ratios));
}

async function measure(contender: 'everfill' | 'rival', name: string): Promise<MatchingResult> {
  const program = join(__dirname, 'main.js');
  const options = ['--expose-gc', program, contender, name];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return JSON.parse(stdout) as MatchingResult;
}
