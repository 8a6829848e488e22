import type { Command } from './command';
import { runProgram } from './run-program';

export const chaosCommand: Command = {
  name: 'chaos',
  summary: 'breaks an Everfill of its own in every way and checks that nothing was lost',
  usage: [
    'usage: everfill chaos [--seed N] [--orders N] [--faults a,b] [--long]',
    '  --seed N      the same seed is the same schedule; a random one when absent',
    '  --orders N    orders to place at least',
    '  --faults a,b  only these drills; `all` for every one; a wrong name lists the right ones',
    '  --long        5,000 orders under a barrage of kills',
    'Writes reports/chaos.json in EVERFILL_HOME and exits 1 when anything did not hold.',
  ].join('\n'),
  run: (args) => runProgram('chaos/main.js', args),
};
