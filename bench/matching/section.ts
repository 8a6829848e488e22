import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Results } from '../report';
import type { MatchingResult } from './main';

/** Adds the figures of the matching engine alone, each ratio within a round. */
export async function addMatching(results: Results, full: boolean): Promise<void> {
  const program = join(__dirname, 'main.js');
  const options = ['--expose-gc', program, full ? '9' : '3'];
  const { stdout } = await promisify(execFile)(process.execPath, options);
  const { mixed, workloads } = JSON.parse(stdout) as MatchingResult;
  results.add('match_ops_per_second', mixed?.operations_per_second ?? null);
  for (const { name, rounds } of workloads) {
    for (const { everfill, rival } of rounds) {
      results.add(`match_${name}_ops_per_second`, everfill);
      if (rival === null) {
        results.note('nodejs-order-book is not installed: npm ci without --omit=dev brings it');
        continue;
      }
      results.add(`match_${name}_rival_ops_per_second`, rival);
      results.add(`match_${name}_to_rival`, everfill / rival);
    }
  }
}
