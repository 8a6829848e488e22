/** A disk that can be filled: a size-capped file system in memory for Postgres alone. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const SIZE = '700m';
const folderOf = (home: string): string => join(home, 'postgres');
const ballastOf = (home: string): string => join(folderOf(home), 'ballast');

/** @throws Error where mounting is not allowed. */
export function mountSmallDisk(home: string): void {
  mkdirSync(folderOf(home), { mode: 0o711 });
  const options = `size=${SIZE},mode=0711`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folderOf(home)]);
}

export function unmountSmallDisk(home: string): void {
  execFileSync('umount', ['--lazy', folderOf(home)]);
}

/** Takes every byte that is left. */
export function fillDisk(home: string): void {
  const file = openSync(ballastOf(home), 'w');
  const block = Buffer.alloc(1 << 20, 1);
  try {
    for (let size = block.length; size >= 1; size = Math.floor(size / 2)) {
      while (writeWhole(file, block.subarray(0, size)));
    }
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, block: Buffer): boolean {
  try {
    return writeSync(file, block) === block.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

export function freeDisk(home: string): void {
  rmSync(ballastOf(home), { force: true });
}
