import { type ChildProcess, execFile, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export interface Endpoints {
  readonly api: string;
  readonly temporal_address: string;
  readonly database_url: string;
  readonly metrics: Readonly<Record<string, string>>;
  readonly api_key_id: string;
  readonly api_secret_key: string;
  readonly pids: Readonly<Record<string, number>>;
}

export interface BenchStack {
  readonly endpoints: Endpoints;
  /** The store of the embedded Temporal server; `null` when another server is used. */
  readonly temporalFile: string | null;
  /** Of everything that runs now; a process that died has another id. */
  pids(): Readonly<Record<string, number>>;
  /** Starts one more order-worker beside the first; call what is returned to stop it. */
  addOrderWorker(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

const DIST = resolve(__dirname, '..');
const PROGRAM = join(DIST, 'cli', 'main.js');

/**
 * A complete Everfill of its own, started by a user's command, and a worker for the floor and the
 * textbook. Everything it starts writes below one temporary folder.
 */
export async function startBenchStack(): Promise<BenchStack> {
  const home = mkdtempSync(join(tmpdir(), `everfill-bench-${randomBytes(3).toString('hex')}-`));
  const environment = { ...process.env, EVERFILL_HOME: home };
  const everfill = (...args: string[]) =>
    promisify(execFile)(process.execPath, [PROGRAM, ...args], { env: environment });
  const stopStack = async (): Promise<void> => {
    await everfill('down');
    rmSync(home, { recursive: true, force: true });
  };
  await everfill('up', '--detach').catch(async (error: unknown) => {
    await stopStack();
    throw error;
  });
  const readEndpoints = (): Endpoints =>
    JSON.parse(readFileSync(join(home, 'endpoints.json'), 'utf8')) as Endpoints;
  const endpoints = readEndpoints();
  const servers = {
    TEMPORAL_ADDRESS: endpoints.temporal_address,
    DATABASE_URL: endpoints.database_url,
  };
  const worker = fork(join(__dirname, 'worker.js'), { env: { ...environment, ...servers } });
  await once(worker, 'message');
  const workerPid = worker.pid ?? 0;
  const isEmbedded = endpoints.metrics['temporal'] !== undefined;
  return {
    endpoints,
    temporalFile: isEmbedded ? join(home, 'temporal', 'temporal.db') : null,
    pids: () => ({ ...readEndpoints().pids, 'bench-worker': workerPid }),
    addOrderWorker: () => startOrderWorker({ ...environment, ...servers }),
    async stop() {
      await end(worker);
      await stopStack();
    },
  };
}

async function startOrderWorker(env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const child = fork(join(DIST, 'workers', 'order-worker.js'), {
    env: { ...env, LOG_LEVEL: 'info', METRICS_PORT: '0' },
    silent: true,
  });
  const lines = child.stdout;
  if (lines === null) throw new Error('the order-worker has no output');
  // Its log says when it polls; nothing else of it is read.
  for await (const chunk of lines) {
    if (String(chunk).includes('"msg":"ready"')) break;
  }
  return () => end(child);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
