/** At most one supervisor per home. */
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readJsonFile } from './json-file';
import {
  identifyProcess,
  isRunning,
  parseProcessIdentity,
  type ProcessIdentity,
} from './process-identity';

const ATTEMPTS = 5;

function lockFile(runFolder: string): string {
  return path.join(runFolder, 'up.lock');
}

/** The supervisor that holds this home, or undefined. */
export function findHolder(runFolder: string): ProcessIdentity | undefined {
  return readHolder(lockFile(runFolder));
}

function readHolder(file: string): ProcessIdentity | undefined {
  let content: unknown;
  try {
    content = readJsonFile(file);
  } catch {
    return undefined;
  }
  const holder = parseProcessIdentity(content);
  return holder && isRunning(holder) ? holder : undefined;
}

/**
 * Takes the home for this process.
 *
 * @returns What gives it back.
 * @throws Error naming the pid of the process that holds it.
 */
export function lockHome(runFolder: string): () => void {
  mkdirSync(runFolder, { recursive: true });
  const self = identifyProcess(process.pid);
  const file = lockFile(runFolder);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(self), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const holder = findHolder(runFolder);
      if (holder) throw alreadyRunning(holder.pid);
      removeStaleLock(file);
      // Linking is atomic and refuses an existing name.
      if (tryLink(draft, file)) {
        return () => {
          rmSync(file, { force: true });
        };
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new Error(`another process is starting in ${path.dirname(runFolder)}; try again`);
}

/**
 * Takes away the lock of a holder that has ended. Another process may have put its own there since
 * we looked, so what was taken away is looked at again and put back if it is a living one's.
 */
function removeStaleLock(file: string): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const holder = readHolder(aside);
  if (holder) tryLink(aside, file);
  rmSync(aside, { force: true });
  if (holder) throw alreadyRunning(holder.pid);
}

function alreadyRunning(pid: number): Error {
  return new Error(`Everfill is already running, pid ${pid}; \`make down\` stops it`);
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
