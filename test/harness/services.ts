/**
 * The servers one Jest run shares: a Postgres without crash safety and a Temporal development
 * server, on free ports, with all their data in one temporary folder.
 */
import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  describePostgres,
  isPostgresReady,
  postgresUrl,
  preparePostgres,
} from '../../cli/stack/embedded-postgres';
import { openLog, tailLog } from '../../cli/stack/log-files';
import type { ProcessSpec } from '../../cli/stack/supervised-process';
import { findTemporalBinary } from '../../cli/stack/temporal-binary';
import { findMissingSearchAttributes } from '../../cli/stack/temporal-namespace';
import { describeTemporalServer } from '../../cli/stack/temporal-server';
import { GaveUpError, waitUntil } from '../../cli/stack/wait-until';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract';
import { findTestPort } from './free-ports';
import { startGuard, type ServicesGuard } from './services-guard';

export interface TestServices {
  /** A superuser's connection to the maintenance database. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** A temporary folder that the database server's user can pass through, also when we are root. */
export function createTestFolder(purpose: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), `everfill-${purpose}-`));
  chmodSync(folder, 0o711);
  return folder;
}

interface StartedServer {
  /** Undefined while it runs. */
  exitCode(): number | null | undefined;
}

function startServer(spec: ProcessSpec, folder: string, guard: ServicesGuard): StartedServer {
  const log = openLog(folder, spec.name);
  const { command, args, env, cwd, user } = spec;
  const child = spawn(command, args, {
    env,
    cwd,
    ...user,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let exitCode: number | null | undefined;
  child.once('exit', (code) => {
    exitCode = code;
  });
  child.once('error', () => {
    exitCode = null;
  });
  if (child.pid !== undefined) guard.guardProcess(child.pid, spec.stopSignal);
  // The run may end while the servers still run; the guard then ends them.
  child.unref();
  return { exitCode: () => exitCode };
}

async function waitForServer(
  server: StartedServer,
  name: string,
  folder: string,
  probe: () => Promise<boolean>,
): Promise<void> {
  await waitUntil({ what: `${name} to serve`, timeoutMs: START_TIMEOUT_MS, everyMs: 50 }, () => {
    if (server.exitCode() === undefined) return probe();
    throw new GaveUpError(`${name} ended at its start:\n${tailLog(folder, name).join('\n')}`);
  });
}

async function startPostgres(folder: string, guard: ServicesGuard): Promise<string> {
  const own = path.join(folder, 'postgres');
  mkdirSync(own, { mode: 0o711 });
  const cluster = await preparePostgres({ folder: own, durable: false });
  const port = await findTestPort();
  const server = startServer(describePostgres(cluster, port), folder, guard);
  const url = postgresUrl(cluster, port, 'postgres');
  await waitForServer(server, 'postgres', folder, () => isPostgresReady(url));
  return url;
}

async function startTemporal(folder: string, guard: ServicesGuard): Promise<string> {
  const { file } = await findTemporalBinary((line) => process.stderr.write(`${line}\n`));
  const taken = new Set<number>();
  const port = await findTestPort(taken);
  const spec = describeTemporalServer({
    file,
    databaseFile: path.join(folder, 'temporal.db'),
    namespace: 'default',
    searchAttributes: SEARCH_ATTRIBUTES,
    port,
    uiPort: await findTestPort(taken),
    metricsPort: await findTestPort(taken),
  });
  const server = startServer(spec, folder, guard);
  const address = `127.0.0.1:${port}`;
  await waitForServer(server, 'temporal', folder, async () => {
    const where = { address, namespace: 'default' };
    return (await findMissingSearchAttributes(where, SEARCH_ATTRIBUTES)).length === 0;
  });
  return address;
}

/** Starts the database server alone; it ends with `stop` or with this process. */
export async function startTestPostgres(): Promise<Omit<TestServices, 'temporalAddress'>> {
  const folder = createTestFolder('postgres');
  const guard = startGuard();
  guard.guardFolder(folder);
  try {
    const databaseUrl = await startPostgres(folder, guard);
    return { databaseUrl, stop: () => guard.release() };
  } catch (error) {
    await guard.release();
    throw error;
  }
}

/** Starts both servers (about two seconds); they end with `stop` or with this process. */
export async function startTestServices(): Promise<TestServices> {
  const folder = createTestFolder('test');
  const guard = startGuard();
  guard.guardFolder(folder);
  try {
    const [databaseUrl, temporalAddress] = await Promise.all([
      startPostgres(folder, guard),
      startTemporal(folder, guard),
    ]);
    return { databaseUrl, temporalAddress, stop: () => guard.release() };
  } catch (error) {
    await guard.release();
    throw error;
  }
}
