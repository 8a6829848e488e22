import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Results } from '../report';
import type { MatchingResult } from './main';
import { WORKLOADS } from './workloads';

/** Adds the figures of the matching engine alone, each ratio within a turn of both books. */
export async function addMatching(results: Results, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const flow = await measure('everfill', 'mixed_flow');
    results.add('match_ops_per_second', flow?.operations_per_second ?? null);
    for (const { name, turns } of WORKLOADS) {
      for (let turn = 0; turn < turns; turn += 1) await addWorkload(results, name);
    }
  }
}

async function addWorkload(results: Results, name: string): Promise<void> {
  const everfill = (await measure('everfill', name))?.operations_per_second ?? Number.NaN;
  results.add(`match_${name}_ops_per_second`, everfill);
  const rival = await measure('rival', name);
  if (rival === null) {
    results.note('nodejs-order-book is not installed: npm ci without --omit=dev brings it');
    return;
  }
  results.add(`match_${name}_rival_ops_per_second`, rival.operations_per_second);
  results.add(`match_${name}_to_rival`, everfill / rival.operations_per_second);
}

async function measure(contender: 'everfill' | 'rival', name: string): Promise<MatchingResult> {
  const program = join(__dirname, 'main.js');
  const options = ['--expose-gc', program, contender, name];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  return JSON.parse(stdout) as MatchingResult;
}
