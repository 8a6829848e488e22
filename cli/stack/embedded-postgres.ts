/**
 * The Postgres server of one home: created once, then started on the same data every time.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { readJsonFile, writeJsonFile } from './json-file';
import { stopProcess } from './pid-files';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries';
import { identifyProcess } from './process-identity';
import { openRootFolder } from './root-folder';
import type { ProcessSpec } from './supervised-process';
import { canEnter, findUnprivilegedUser, type SystemUser } from './unprivileged-user';

const USER = 'everfill';
const DATABASE = 'everfill';
const HOST = '127.0.0.1';

/** What must be known to start an existing cluster again; kept beside its data, mode 600. */
interface ClusterNote {
  readonly id: string;
  readonly password: string;
  readonly data_folder: string;
}

export interface EmbeddedPostgres {
  readonly binaries: PostgresBinaries;
  readonly dataFolder: string;
  /** Whom the server runs as; undefined for ourselves. */
  readonly user: SystemUser | undefined;
  readonly password: string;
  /** False gives up crash safety for speed: only for throw-away data. */
  readonly durable: boolean;
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '10min',
  // The data lies on a local disk, mostly an SSD, and no query is large.
  random_page_cost: '1.1',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %a ',
};

const THROW_AWAY_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

function serverEnvironment(): NodeJS.ProcessEnv {
  // Nothing of PGDATA, PGPORT and their like may steer a server that is not the user's own.
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Finds the cluster of this folder, creating it first if there is none (about half a second).
 *
 * @param options.folder - Existing folder that belongs to this cluster alone.
 * @throws Error saying what to do when no server can be had.
 */
export async function preparePostgres(options: {
  folder: string;
  durable: boolean;
}): Promise<EmbeddedPostgres> {
  const { folder, durable } = options;
  const user = findUnprivilegedUser();
  const binaries = findPostgresBinaries(user);
  const note = readNote(folder) ?? createNote(folder, user);
  const dataFolder = note.data_folder;
  const cluster = { binaries, dataFolder, user, password: note.password, durable };
  if (existsSync(path.join(dataFolder, 'PG_VERSION'))) await checkVersion(cluster);
  else await createCluster(cluster);
  return cluster;
}

function noteFile(folder: string): string {
  return path.join(folder, 'cluster.json');
}

function readNote(folder: string): ClusterNote | undefined {
  const content = readJsonFile(noteFile(folder)) as ClusterNote | undefined;
  // A home that was moved takes its data along; data elsewhere stays where it is.
  if (content && existsSync(path.join(folder, 'data'))) {
    return { ...content, data_folder: path.join(folder, 'data') };
  }
  return content;
}

function createNote(folder: string, user: SystemUser | undefined): ClusterNote {
  const id = randomBytes(8).toString('hex');
  const reachable = user === undefined || canEnter(user, folder);
  const data_folder = reachable
    ? path.join(folder, 'data')
    : path.join(openRootFolder(user), `home-${id}`, 'data');
  const note = { id, password: randomBytes(24).toString('hex'), data_folder };
  writeJsonFile(noteFile(folder), note);
  return note;
}

async function createCluster(cluster: EmbeddedPostgres): Promise<void> {
  const { binaries, dataFolder, user, password, durable } = cluster;
  const parent = path.dirname(dataFolder);
  mkdirSync(parent, { recursive: true, mode: 0o711 });
  // Built beside its place and moved there whole, so that an interrupted start leaves no half.
  const draft = path.join(parent, 'data.new');
  const passwordFile = path.join(parent, 'password.new');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) for (const file of [draft, passwordFile]) chownSync(file, user.uid, user.gid);
  const args = ['--pgdata', draft, '--username', USER, '--pwfile', passwordFile];
  args.push('--auth', 'scram-sha-256', '--encoding', 'UTF8', '--no-locale');
  // The built-in provider sorts the same on every machine and after every update of the system.
  args.push('--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--no-instructions');
  if (!durable) args.push('--no-sync');
  try {
    const identity = user ? { uid: user.uid, gid: user.gid } : {};
    const options = { ...identity, cwd: parent, env: serverEnvironment() };
    await promisify(execFile)(binaries.initdb, args, options);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`initdb failed: ${stderr ?? (error as Error).message}`, { cause: error });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, dataFolder);
}

async function checkVersion(cluster: EmbeddedPostgres): Promise<void> {
  const created = readFileSync(path.join(cluster.dataFolder, 'PG_VERSION'), 'utf8').trim();
  const { stdout } = await promisify(execFile)(cluster.binaries.postgres, ['--version']);
  const installed = /(\d+)/.exec(stdout)?.[1];
  if (created === installed) return;
  throw new Error(
    `the data in ${cluster.dataFolder} was created by Postgres ${created}, installed is ` +
      `${installed ?? 'an unknown version'}; dump it with Postgres ${created}, ` +
      'or remove the folder',
  );
}

/** How to run the server. */
export function describePostgres(cluster: EmbeddedPostgres, port: number): ProcessSpec {
  const settings = { ...SETTINGS, ...(cluster.durable ? {} : THROW_AWAY_SETTINGS), port };
  const args = ['-D', cluster.dataFolder];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const { user } = cluster;
  return {
    name: 'postgres',
    command: cluster.binaries.postgres,
    args,
    env: serverEnvironment(),
    cwd: cluster.dataFolder,
    ...(user ? { user: { uid: user.uid, gid: user.gid } } : {}),
    // Fast shutdown: sessions are ended, committed work is kept.
    stopSignal: 'SIGINT',
    beforeStart: () => clearStaleServer(cluster.dataFolder),
  };
}

/** The command line of a process, or undefined when it has ended. */
function readCommandLine(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return undefined;
  }
}

/**
 * Makes way for a new server after one that was killed: ends a server that still runs on this
 * data, and removes the note of one whose pid now belongs to somebody else, which would keep the
 * new one from starting. Only call while holding the lock of the home.
 */
async function clearStaleServer(dataFolder: string): Promise<void> {
  const file = path.join(dataFolder, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  const identity = Number.isInteger(pid) ? identifyProcess(pid) : undefined;
  // Without /proc Postgres's own check must do: it refuses only if the pid is in use.
  if (identity && process.platform !== 'linux') return;
  if (identity && readCommandLine(pid)?.includes(` ${dataFolder} `)) {
    await stopProcess(identity, 'SIGINT');
  }
  rmSync(file, { force: true });
}

/** The connection URL of a database of this server. */
export function postgresUrl(cluster: EmbeddedPostgres, port: number, database = DATABASE): string {
  return `postgresql://${USER}:${cluster.password}@${HOST}:${port}/${database}`;
}

/** Whether the server takes connections; throws what the server said when it does not. */
export async function isPostgresReady(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Creates our database on a new server; does nothing on one that has it. */
export async function createDatabase(cluster: EmbeddedPostgres, port: number): Promise<void> {
  const client = new Client({ connectionString: postgresUrl(cluster, port, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [
      DATABASE,
    ]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
