import type { Command } from './command';
import { runProgram } from './run-program';

export const demoCommand: Command = {
  name: 'demo',
  summary: 'shows in a minute and a half what happens when everything is killed',
  usage: 'usage: everfill demo\nStarts an Everfill of its own; yours goes on undisturbed.',
  run: (args) => runProgram('chaos/demo.js', args),
};
