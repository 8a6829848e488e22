import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import path from 'node:path';

/** Cleans up when released, and also when this process ends without releasing it. */
export interface ServicesGuard {
  /** To be ended by `signal`, and by SIGKILL if that takes 10 s. */
  guardProcess(pid: number, signal: NodeJS.Signals): void;
  /** To be removed once all processes have ended. */
  guardFolder(folder: string): void;
  /** A home in which `program down` stops everything; removed after that. */
  guardHome(home: string, program: string): void;
  /** Ends and removes everything now. */
  release(): Promise<void>;
}

export function startGuard(): ServicesGuard {
  const script = path.join(__dirname, 'clean-up-after.cjs');
  const child = spawn(process.execPath, [script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  // It waits for us, not we for it.
  child.unref();
  if ('unref' in child.stdin) (child.stdin as Socket).unref();
  const tell = (entry: object) => {
    child.stdin.write(`${JSON.stringify(entry)}\n`);
  };
  return {
    guardProcess: (pid, signal) => {
      tell({ pid, signal });
    },
    guardFolder: (folder) => {
      tell({ folder });
    },
    guardHome: (home, program) => {
      tell({ home, program });
    },
    release: async () => {
      const ended = once(child, 'exit');
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
