import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Results } from '../report';
import type { MatchingResult } from './main';

/** A fifth of the rival's own sizes is enough for a first look. */
const QUICK = { scale: '0.2', rounds: '3' };
const FULL = { scale: '1', rounds: '5' };

/** Adds the figures of the matching engine alone. */
export async function addMatching(results: Results, full: boolean): Promise<void> {
  const program = join(__dirname, 'main.js');
  const { scale, rounds } = full ? FULL : QUICK;
  const { stdout } = await promisify(execFile)(process.execPath, [program, scale, rounds]);
  const { mixed, workloads } = JSON.parse(stdout) as MatchingResult;
  results.add('match_ops_per_second', mixed.operations_per_second);
  for (const { name, everfill, rival } of workloads) {
    results.add(`match_${name}_ops_per_second`, everfill);
    if (rival === null) {
      results.note('nodejs-order-book is not installed: npm ci without --omit=dev brings it');
      continue;
    }
    results.add(`match_${name}_rival_ops_per_second`, rival);
    results.add(`match_${name}_to_rival`, everfill / rival);
  }
}
