import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { findSourceRoot } from '../source-root';

const INSTALL_TIMEOUT_MS = 120_000;

export type Installation =
  | { readonly installed: true; readonly folder: string; readonly version: string }
  | { readonly installed: false; readonly reason: string };

/**
 * Installs what only the bench needs, at the versions of its lock file, into a folder of its own;
 * does nothing when it is there.
 *
 * @param home - The folder that keeps what `make bench` makes.
 */
export async function installRival(home: string): Promise<Installation> {
  const source = join(findSourceRoot(), 'bench', 'rivals', 'dbos');
  const folder = resolve(home, 'rivals', 'dbos');
  const manifest = join(folder, 'node_modules', '@dbos-inc', 'dbos-sdk', 'package.json');
  const wanted = (readJson(join(source, 'package.json')) as Manifest).dependencies?.[PACKAGE];
  if (!existsSync(manifest) || (readJson(manifest) as Manifest).version !== wanted) {
    mkdirSync(folder, { recursive: true });
    for (const name of ['package.json', 'package-lock.json']) {
      cpSync(join(source, name), join(folder, name));
    }
    try {
      await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        cwd: folder,
        timeout: INSTALL_TIMEOUT_MS,
      });
    } catch (error) {
      const [line] = String((error as { stderr?: string }).stderr ?? error).split('\n');
      return { installed: false, reason: `npm ci failed: ${line ?? 'without a word'}` };
    }
  }
  return { installed: true, folder, version: wanted ?? 'unknown' };
}

const PACKAGE = '@dbos-inc/dbos-sdk';

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
