/**
 * A complete Everfill for one system test: its own home, data and ports, started by the same
 * command as a user's. It ends with the test, however that ends.
 */
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { readEndpoints, type Endpoints } from '../../cli/stack/endpoints';
import { openHome, type EverfillHome } from '../../cli/stack/everfill-home';
import { logFile, openLog, tailLog } from '../../cli/stack/log-files';
import type { StarterMessage } from '../../cli/stack/parent-channel';
import { writePorts, type Ports } from '../../cli/stack/ports';
import { findTestPorts } from './free-ports';
import { createTestFolder } from './services';
import { startGuard, type ServicesGuard } from './services-guard';
import { waitFor } from './wait-for';

export interface StackOptions {
  /** Added to the environment of every process; an undefined value removes a variable. */
  readonly env?: NodeJS.ProcessEnv;
  /** Arguments of `everfill up`. */
  readonly args?: readonly string[];
  /** Ports to prefer; free ones when absent. */
  readonly ports?: Ports;
  /** A home that exists already, e.g. that of a stack stopped with `stop()`. */
  readonly home?: EverfillHome;
}

export interface TestStack {
  readonly home: EverfillHome;
  /** As they stand now: pids change when a process was started again. */
  endpoints(): Endpoints;
  /** Everything `everfill up` has printed for the person at the terminal. */
  output(): string;
  supervisorPid(): number;
  /** Sends a signal to one process by its name in `endpoints().pids`. */
  kill(name: string, signal?: NodeJS.Signals): void;
  /** Waits until every process runs and says that it is ready. */
  waitReady(): Promise<void>;
  /** Stops everything and keeps the data. */
  stop(): Promise<void>;
  /** Stops everything and removes the data. */
  remove(): Promise<void>;
}

const PROGRAM = path.resolve(__dirname, '..', '..', 'dist', 'cli', 'main.js');
const START_TIMEOUT_MS = 90_000;
const EMBEDDED = ['postgres', 'temporal'];

let guard: ServicesGuard | undefined;

/** A new home that is emptied and removed even if the test run is killed. */
function createTestHome(): EverfillHome {
  guard ??= startGuard();
  const home = openHome(createTestFolder('stack'));
  guard.guardHome(home.folder, PROGRAM);
  return home;
}

/** Runs one command of the `everfill` program to its end. */
export async function runEverfill(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { env: { ...process.env, ...env } };
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [PROGRAM, ...args],
      options,
    );
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** The environment of a stack that uses nothing but its own servers. */
function environmentOf(home: EverfillHome, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const none = {
    DATABASE_URL: undefined,
    TEMPORAL_ADDRESS: undefined,
    TEMPORAL_NAMESPACE: undefined,
  };
  return { ...process.env, ...none, ...env, EVERFILL_HOME: home.folder };
}

async function launch(home: EverfillHome, options: StackOptions): Promise<ChildProcess> {
  const log = openLog(home.logsFolder, 'up');
  // The open channel makes the stack end with this process.
  const child = fork(PROGRAM, ['up', ...(options.args ?? [])], {
    env: environmentOf(home, options.env ?? {}),
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: StarterMessage) => {
      if (message.kind === 'ready') resolve();
    });
    child.once('exit', (code) => {
      const end = tailLog(home.logsFolder, 'up', 40).join('\n');
      reject(new Error(`everfill up ended with code ${String(code)}:\n${end}`));
    });
    setTimeout(() => {
      reject(new Error(`everfill up was not ready after ${START_TIMEOUT_MS / 1000} s`));
    }, START_TIMEOUT_MS).unref();
  });
  try {
    await ready;
  } catch (error) {
    await end(child);
    throw error;
  }
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function isAnswering(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.text();
  return response.status === 200;
}

/** Starts a stack and returns when it is ready; throws with the end of its output otherwise. */
export async function startTestStack(options: StackOptions = {}): Promise<TestStack> {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run \`make build\` first`);
  const home = options.home ?? createTestHome();
  if (!options.home) writePorts(home.portsFile, options.ports ?? (await findTestPorts()));
  const child = await launch(home, options).catch((error: unknown) => {
    if (!options.home) rmSync(home.folder, { recursive: true, force: true });
    throw error;
  });

  const endpoints = (): Endpoints => {
    const current = readEndpoints(home.endpointsFile);
    if (current === undefined) throw new Error(`${home.endpointsFile} is missing`);
    return current;
  };
  const stop = async () => {
    await end(child);
    // A killed supervisor leaves its processes behind.
    await runEverfill(['down'], { EVERFILL_HOME: home.folder });
  };
  return {
    home,
    endpoints,
    output: () => readFileSync(logFile(home.logsFolder, 'up'), 'utf8'),
    supervisorPid: () => child.pid ?? 0,
    kill: (name, signal = 'SIGKILL') => {
      const pid = endpoints().pids[name];
      if (pid === undefined) throw new Error(`no process named ${name} runs`);
      process.kill(pid, signal);
    },
    waitReady: async () => {
      const { metrics, api } = endpoints();
      const programs = Object.entries(metrics).filter(([name]) => !EMBEDDED.includes(name));
      const urls = programs.map(([, url]) => url.replace(/\/metrics$/, '/readyz'));
      for (const url of [...urls, `${api}/readyz`]) {
        await waitFor(`${url} to answer 200`, () => isAnswering(url), START_TIMEOUT_MS);
      }
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(home.folder, { recursive: true, force: true });
    },
  };
}
