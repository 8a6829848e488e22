/** What `everfill doctor` looks at. */
import { existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract';
import { isPostgresReady } from './embedded-postgres';
import { describeHome, findHomeFolder, findRepositoryRoot } from './everfill-home';
import { findHolder } from './home-lock';
import { readJsonFile } from './json-file';
import { findLeftovers } from './pid-files';
import { DEFAULT_PORTS, isPortFree, PORT_NAMES, readPorts } from './ports';
import { findPostgresBinaries } from './postgres-binaries';
import { explainMissing, findInstalledTemporal, findPythonWithPip } from './temporal-binary';
import { checkExternalNamespace } from './temporal-namespace';
import { findUnprivilegedUser } from './unprivileged-user';

export interface Check {
  /** `note`: good to know, nothing to do. */
  readonly state: 'ok' | 'note' | 'missing';
  readonly what: string;
  /** How to get what is missing. */
  readonly remedy?: string;
}

const OLDEST_NODE = { major: 20, minor: 3 };
const NEEDED_BYTES = 1024 ** 3;

const ok = (what: string): Check => ({ state: 'ok', what });
const note = (what: string): Check => ({ state: 'note', what });
const missing = (what: string, remedy: string): Check => ({ state: 'missing', what, remedy });

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const { major: oldestMajor, minor: oldestMinor } = OLDEST_NODE;
  const enough = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const what = `Node.js ${process.versions.node}`;
  const needed = `install Node.js ${oldestMajor}.${oldestMinor} or newer: https://nodejs.org`;
  return enough ? ok(what) : missing(what, needed);
}

function checkBuild(): Check {
  const programs = ['cli/main.js', 'api/server.js', 'workers/order-worker.js'];
  const dist = path.join(findRepositoryRoot(), 'dist');
  const absent = programs.filter((program) => !existsSync(path.join(dist, program)));
  if (absent.length === 0) return ok(`built programs in ${dist}`);
  return missing(`built programs (${absent.join(', ')})`, 'make build');
}

async function checkPostgres(): Promise<Check> {
  const url = process.env['DATABASE_URL'];
  try {
    if (url) {
      await isPostgresReady(url);
      return ok('Postgres: the server of DATABASE_URL answers');
    }
    const user = findUnprivilegedUser();
    const { postgres } = findPostgresBinaries(user);
    const whom = user ? `, as the user ${user.name} because Postgres refuses root` : '';
    return ok(`Postgres: embedded${whom} (${postgres})`);
  } catch (error) {
    const said = (error as Error).message;
    return missing(`Postgres: ${said}`, 'npm ci, or DATABASE_URL=postgresql://...');
  }
}

async function checkTemporal(): Promise<Check> {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (address) {
    const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
    try {
      await checkExternalNamespace({ address, namespace }, SEARCH_ATTRIBUTES);
      return ok(`Temporal: the server of TEMPORAL_ADDRESS (${address})`);
    } catch (error) {
      return missing('Temporal: the server of TEMPORAL_ADDRESS', (error as Error).message);
    }
  }
  const { found, problems } = await findInstalledTemporal();
  if (found) return ok(`Temporal: ${found.version} from ${found.source} (${found.file})`);
  const python = await findPythonWithPip();
  if (python) return note(`Temporal: ${python} -m pip will download it at the first start (44 MB)`);
  return missing('Temporal', explainMissing([...problems, 'there is no Python with pip']));
}

async function checkPorts(): Promise<Check> {
  const home = describeHome(findHomeFolder());
  const wanted = { ...DEFAULT_PORTS, ...readPorts(home.portsFile) };
  const busy: string[] = [];
  for (const name of PORT_NAMES) {
    if (!(await isPortFree(wanted[name]))) busy.push(`${name} ${wanted[name]}`);
  }
  if (busy.length === 0) return ok('ports are free');
  return note(`busy ports: ${busy.join(', ')}; the next free ones will be used`);
}

function checkDisk(): Check {
  const folder = findHomeFolder();
  const { bavail, bsize } = statfsSync(existsSync(folder) ? folder : path.dirname(folder));
  const free = bavail * bsize;
  const what = `${(free / NEEDED_BYTES).toFixed(1)} GiB free for ${folder}`;
  return free >= NEEDED_BYTES ? ok(what) : missing(what, 'free 1 GiB, or move EVERFILL_HOME');
}

async function checkHome(): Promise<Check[]> {
  const home = describeHome(findHomeFolder());
  if (!existsSync(home.runFolder)) return [note(`${home.folder} is new`), await checkPorts()];
  const holder = findHolder(home.runFolder);
  if (holder) return [note(`Everfill runs in ${home.folder}, pid ${holder.pid}`)];
  const leftovers = findLeftovers(home.runFolder).map(({ name, pid }) => `${name} (${pid})`);
  const checks = [await checkPorts()];
  if (leftovers.length > 0) {
    const names = leftovers.join(', ');
    checks.push(note(`an earlier run left ${names}; \`make down\` or the next start ends them`));
  }
  return checks;
}

function checkDataElsewhere(): Check[] {
  const home = describeHome(findHomeFolder());
  const content = readJsonFile(path.join(home.postgresFolder, 'cluster.json'));
  const folder = (content as { data_folder?: string } | undefined)?.data_folder;
  if (folder === undefined || folder.startsWith(home.folder)) return [];
  const why = 'the user who runs Postgres cannot reach the home';
  return [note(`the database lies in ${folder}, because ${why}`)];
}

/** All checks, in the order in which things are needed. */
export async function runChecks(): Promise<Check[]> {
  return [
    checkNode(),
    checkBuild(),
    await checkPostgres(),
    await checkTemporal(),
    checkDisk(),
    ...(await checkHome()),
    ...checkDataElsewhere(),
  ];
}
