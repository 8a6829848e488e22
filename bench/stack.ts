import { execFile, fork } from 'node:child_process';
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
  readonly api_key_id: string;
  readonly api_secret_key: string;
  readonly pids: Readonly<Record<string, number>>;
}

export interface BenchStack {
  readonly endpoints: Endpoints;
  stop(): Promise<void>;
}

const PROGRAM = resolve(__dirname, '..', 'cli', 'main.js');

/** A complete Everfill of its own, started by a user's command, and a worker for the floor. */
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
  const endpoints = JSON.parse(readFileSync(join(home, 'endpoints.json'), 'utf8')) as Endpoints;
  const worker = fork(join(__dirname, 'worker.js'), {
    env: { ...environment, TEMPORAL_ADDRESS: endpoints.temporal_address },
  });
  await once(worker, 'message');
  return {
    endpoints,
    async stop() {
      const ended = once(worker, 'exit');
      worker.kill('SIGTERM');
      await ended;
      await stopStack();
    },
  };
}
