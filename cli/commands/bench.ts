import type { Command } from './command';
import { runProgram } from './run-program';

export const benchCommand: Command = {
  name: 'bench',
  summary: "measures an Everfill of its own beside the engine's floor",
  usage: [
    'usage: everfill bench [--full] [--rounds N] [--only SECTIONS] [--check]',
    '  --full        also what takes minutes: larger rounds, arrival rates, scale',
    '  --rounds N    rounds of everything, side by side; 1 when absent (3 if full), at most 20',
    '  --only NAMES  of matching, edges, rounds, arrivals and scale, with commas between them',
    '  --check       fails when a ratio is much worse than bench/baseline.json says',
    'Prints medians with their spread and writes reports/bench.json in EVERFILL_HOME.',
  ].join('\n'),
  run: (args) => runProgram('bench/main.js', args),
};
