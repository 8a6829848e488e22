/** Where the output of children goes: one growing file a child, set aside when it got large. */
import { closeSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

const ROTATE_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 8 * 1024;

export function logFile(logsFolder: string, name: string): string {
  return path.join(logsFolder, `${name}.log`);
}

/** Opens a log for appending; one over 10 MiB becomes `<name>.log.1` first. */
export function openLog(logsFolder: string, name: string): number {
  const file = logFile(logsFolder, name);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > ROTATE_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** The last lines of a log, oldest first; empty when there is none. */
export function tailLog(logsFolder: string, name: string, lines = 15): string[] {
  let descriptor: number;
  try {
    descriptor = openSync(logFile(logsFolder, name), 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines);
  } finally {
    closeSync(descriptor);
  }
}
