import { existsSync } from 'node:fs';
import { removeEndpoints } from '../stack/endpoints';
import { describeHome, findHomeFolder } from '../stack/everfill-home';
import { findHolder, lockHome } from '../stack/home-lock';
import { stopLeftovers, stopProcess } from '../stack/pid-files';
import type { Command } from './command';
import { parseOptions } from './parse-options';

/** Four stages, each with 10 s before it is ended by force. */
const STOP_TIMEOUT_MS = 60_000;

async function run(args: readonly string[]): Promise<number> {
  parseOptions(args, {});
  const home = describeHome(findHomeFolder());
  const nothing = `nothing runs in ${home.folder}\n`;
  if (!existsSync(home.runFolder)) {
    process.stdout.write(nothing);
    return 0;
  }
  const holder = findHolder(home.runFolder);
  if (holder) await stopProcess(holder, 'SIGTERM', STOP_TIMEOUT_MS);
  const release = lockHome(home.runFolder);
  try {
    const leftovers = await stopLeftovers(home.runFolder);
    removeEndpoints(home.endpointsFile);
    const names = leftovers.join(', ');
    if (holder) process.stdout.write(`stopped Everfill (pid ${holder.pid})\n`);
    else if (names) process.stdout.write(`stopped what an earlier run left: ${names}\n`);
    else process.stdout.write(nothing);
  } finally {
    release();
  }
  return 0;
}

export const downCommand: Command = {
  name: 'down',
  summary: 'stops Everfill; data stays',
  usage: 'usage: everfill down',
  run,
};
