/**
 * The folder that holds everything one Everfill owns on this machine: data, keys, logs, pid files.
 * Removing it resets that Everfill.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Absolute paths; every folder exists once `openHome` has returned. */
export interface EverfillHome {
  readonly folder: string;
  readonly logsFolder: string;
  /** Pid files and the lock. */
  readonly runFolder: string;
  readonly postgresFolder: string;
  readonly temporalFile: string;
  readonly endpointsFile: string;
  readonly keysFile: string;
  readonly portsFile: string;
}

/** The root of the checkout: the parent of `cli/`, or of `dist/cli/` once compiled. */
export function findRepositoryRoot(): string {
  const parent = path.resolve(__dirname, '..', '..');
  return path.basename(parent) === 'dist' ? path.dirname(parent) : parent;
}

/** `EVERFILL_HOME`, or `.everfill` at the root of the checkout. */
export function findHomeFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env['EVERFILL_HOME'];
  return named ? path.resolve(named) : path.join(findRepositoryRoot(), '.everfill');
}

/** Paths only: creates nothing. */
export function describeHome(folder: string): EverfillHome {
  return {
    folder,
    logsFolder: path.join(folder, 'logs'),
    runFolder: path.join(folder, 'run'),
    postgresFolder: path.join(folder, 'postgres'),
    temporalFile: path.join(folder, 'temporal', 'temporal.db'),
    endpointsFile: path.join(folder, 'endpoints.json'),
    keysFile: path.join(folder, 'keys.json'),
    portsFile: path.join(folder, 'ports.json'),
  };
}

/**
 * Creates the folders that are missing.
 *
 * As root the database server runs as another user, who must be able to pass through the home
 * (mode 711) to reach its data; what is secret in it is protected file by file.
 */
export function openHome(folder: string): EverfillHome {
  const home = describeHome(folder);
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  mkdirSync(home.folder, { recursive: true });
  chmodSync(home.folder, mode);
  mkdirSync(home.postgresFolder, { recursive: true });
  chmodSync(home.postgresFolder, mode);
  mkdirSync(path.dirname(home.temporalFile), { recursive: true, mode: 0o700 });
  mkdirSync(home.logsFolder, { recursive: true, mode: 0o700 });
  mkdirSync(home.runFolder, { recursive: true, mode: 0o700 });
  return home;
}

/** Where downloads are kept that several homes share. */
export function findCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  return path.join(base, 'everfill');
}
