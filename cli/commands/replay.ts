import type { Command } from './command';
import { runProgram } from './run-program';

export const replayCommand: Command = {
  name: 'replay',
  summary: 'replays recorded workflow histories with the code as it is now',
  usage: [
    'usage: everfill replay [--workflow-id ID] [--longest N]',
    '  --workflow-id ID  also the history of this one, from the running Temporal server',
    '  --longest N       also the N longest histories of orders of that server',
    'Exits 1 when a history does not replay: deploying this code would stop such workflows.',
  ].join('\n'),
  run: (args) => runProgram('chaos/replay.js', args),
};
