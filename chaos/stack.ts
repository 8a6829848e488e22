import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DRILL_TOKEN } from '../platform/fault-points';
import { ended, isAlive } from './processes';
import { startTcpProxy, type TcpProxy } from './tcp-proxy';

export interface Endpoints {
  readonly api: string;
  readonly temporal_address: string;
  readonly temporal_ui: string | null;
  readonly database_url: string;
  readonly metrics: Readonly<Record<string, string>>;
  readonly account_id: string;
  readonly api_key_id: string;
  readonly api_secret_key: string;
  readonly pids: Readonly<Record<string, number>>;
}

export const PROGRAMS = ['api', 'order-worker', 'feed-worker', 'platform-worker'] as const;
export type Program = (typeof PROGRAMS)[number];

export interface Proxies {
  /** The order-worker's ways to its servers, and the feed-worker's. */
  readonly orderPostgres: TcpProxy;
  readonly orderTemporal: TcpProxy;
  readonly feedPostgres: TcpProxy;
}

/** A second copy of a program beside the supervised one; nobody starts it again. */
export interface ExtraProcess {
  readonly pid: number;
  readonly metrics: string;
  /** Where it answers, when it is an API. */
  readonly api: string;
  end(signal: NodeJS.Signals): Promise<void>;
}

export interface DrillStack {
  readonly home: string;
  readonly tokenFile: string;
  readonly proxies: Proxies;
  /** As they stand now: pids change when a process was started again. */
  endpoints(): Endpoints;
  startExtra(program: Program, environment?: NodeJS.ProcessEnv): Promise<ExtraProcess>;
  stop(): Promise<void>;
}

export interface StackOptions {
  /** For the proxies' dice. */
  readonly random: () => number;
  /** Runs once the home exists and before anything is in it. */
  readonly prepareHome?: (home: string) => void;
}

const DIST = resolve(__dirname, '..');
const PROGRAM = join(DIST, 'cli', 'main.js');
const PORT_NAMES = [
  'api',
  'postgres',
  'temporal',
  'temporal_ui',
  'api_metrics',
  'order_worker_metrics',
  'feed_worker_metrics',
  'platform_worker_metrics',
  'temporal_metrics',
] as const;

/** A complete Everfill of its own in drill mode, started by the command a user types. */
export async function startDrillStack(options: StackOptions): Promise<DrillStack> {
  const home = mkdtempSync(join(tmpdir(), 'everfill-chaos-'));
  chmodSync(home, 0o711);
  options.prepareHome?.(home);
  const drill = join(home, 'drill');
  const tokenFile = join(drill, 'token');
  mkdirSync(drill);
  writeFileSync(tokenFile, DRILL_TOKEN);
  const ports = await choosePorts();
  writeFileSync(join(home, 'ports.json'), JSON.stringify(ports));
  const proxies = await startProxies(ports, options.random);
  const detours = {
    'order-worker': { postgres: proxies.orderPostgres.port, temporal: proxies.orderTemporal.port },
    'feed-worker': { postgres: proxies.feedPostgres.port },
  };
  writeFileSync(join(drill, 'detours.json'), JSON.stringify(detours));
  const environment = environmentOf(home, tokenFile);
  const extras: ExtraProcess[] = [];
  const endpoints = (): Endpoints =>
    JSON.parse(readFileSync(join(home, 'endpoints.json'), 'utf8')) as Endpoints;
  const everfill = (...args: string[]) =>
    promisify(execFile)(process.execPath, [PROGRAM, ...args], { env: environment });
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    await Promise.all(extras.map((extra) => extra.end('SIGKILL')));
    await everfill('down');
    await Promise.all(Object.values(proxies).map((proxy: TcpProxy) => proxy.close()));
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await everfill('up', '--detach');
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    home,
    tokenFile,
    proxies,
    endpoints,
    async startExtra(program, more = {}) {
      const extra = await startExtraProcess(program, {
        environment: { ...environment, ...more },
        endpoints: endpoints(),
        home,
      });
      extras.push(extra);
      // A drill that is interrupted goes on for a moment; what it starts then must end too.
      if (stopping) await extra.end('SIGKILL');
      return extra;
    },
    stop,
  };
}

function environmentOf(home: string, tokenFile: string): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    EVERFILL_HOME: home,
    EVERFILL_DRILL: tokenFile,
  };
  // A drill never touches servers that are not its own.
  for (const name of [
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_NAMESPACE',
    'TEMPORAL_UI_URL',
    'TEMPORAL_DEPLOYMENT_NAME',
    'TEMPORAL_WORKER_BUILD_ID',
  ]) {
    environment[name] = undefined;
  }
  return environment;
}

async function startProxies(
  ports: Record<(typeof PORT_NAMES)[number], number>,
  random: () => number,
): Promise<Proxies> {
  const proxy = (targetPort: number, watchCommits: boolean) =>
    startTcpProxy({ port: 0, targetPort, watchCommits, random });
  return {
    orderPostgres: await proxy(ports.postgres, true),
    orderTemporal: await proxy(ports.temporal, false),
    feedPostgres: await proxy(ports.postgres, true),
  };
}

// Below the range from which systems take the ports of outgoing connections.
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 31_000;

async function choosePorts(): Promise<Record<(typeof PORT_NAMES)[number], number>> {
  const chosen = new Set<number>();
  while (chosen.size < PORT_NAMES.length) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (await isFree(port)) chosen.add(port);
  }
  const ports = [...chosen];
  return Object.fromEntries(PORT_NAMES.map((name, index) => [name, ports[index]])) as Record<
    (typeof PORT_NAMES)[number],
    number
  >;
}

async function chooseFreePort(): Promise<number> {
  let port = randomInt(LOWEST_PORT, HIGHEST_PORT);
  while (!(await isFree(port))) port = randomInt(LOWEST_PORT, HIGHEST_PORT);
  return port;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((free) => {
    const server = createServer();
    server.once('error', () => free(false));
    server.listen(port, '127.0.0.1', () => server.close(() => free(true)));
  });
}

async function startExtraProcess(
  program: Program,
  world: { environment: NodeJS.ProcessEnv; endpoints: Endpoints; home: string },
): Promise<ExtraProcess> {
  const { environment, endpoints, home } = world;
  const port = await chooseFreePort();
  const apiPort = await chooseFreePort();
  const script = program === 'api' ? 'api/server.js' : `workers/${program}.js`;
  const log = openSync(join(home, 'logs', `${program}-extra.log`), 'a');
  const child = spawn(process.execPath, [join(DIST, script)], {
    stdio: ['ignore', log, log],
    env: {
      NODE_ENV: 'production',
      ...environment,
      DATABASE_URL: endpoints.database_url,
      TEMPORAL_ADDRESS: endpoints.temporal_address,
      METRICS_PORT: String(port),
      API_PORT: String(apiPort),
      API_REQUESTS_PER_MINUTE: '0',
    },
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  return {
    pid,
    metrics: `http://127.0.0.1:${port}/metrics`,
    api: `http://127.0.0.1:${apiPort}`,
    async end(signal) {
      if (!isAlive(pid)) return;
      child.kill(signal);
      await ended(child);
    },
  };
}
