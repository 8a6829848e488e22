/** Starts Everfill in the background and waits until it is ready. */
import { fork } from 'node:child_process';
import { closeSync } from 'node:fs';
import path from 'node:path';
import type { EverfillHome } from './everfill-home';
import { openLog } from './log-files';
import { RELEASE, type StarterMessage } from './parent-channel';

const PROGRAM = path.resolve(__dirname, '..', 'main.js');

/**
 * @param args - Arguments of the background process.
 * @returns The exit code: 0 once it is ready and runs on by itself.
 */
export async function startInBackground(
  home: EverfillHome,
  args: readonly string[],
  print: (line: string) => void,
): Promise<number> {
  const log = openLog(home.logsFolder, 'up');
  const child = fork(PROGRAM, [...args], { detached: true, stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  const interrupt = () => child.kill('SIGINT');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  return new Promise((resolve) => {
    child.on('message', (message: StarterMessage) => {
      if (message.kind === 'line') print(message.line);
      if (message.kind === 'failed') process.stderr.write(`everfill up: ${message.message}\n`);
      if (message.kind !== 'ready') return;
      print(message.banner);
      print(`Runs in the background; \`make down\` stops it. Its log: ${home.logsFolder}/up.log`);
      child.send(RELEASE, () => {
        child.unref();
        resolve(0);
      });
    });
    child.once('exit', (code) => {
      resolve(code ?? 1);
    });
  });
}
