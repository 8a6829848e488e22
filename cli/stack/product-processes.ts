/** The four programs that make up Everfill, each configured by its environment alone. */
import path from 'node:path';
import { readDetours, takeDetour } from './drill-detours';
import { findRepositoryRoot } from './everfill-home';
import type { PortName, Ports } from './ports';
import type { ProcessSpec } from './supervised-process';

export interface ProductSettings {
  readonly homeFolder: string;
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly ports: Ports;
}

interface Program {
  readonly name: string;
  /** Relative to `dist/`. */
  readonly script: string;
  readonly metricsPort: PortName;
}

/** In the order of their start; they stop in the opposite one, the API first of all. */
const PROGRAMS: readonly Program[] = [
  {
    name: 'platform-worker',
    script: 'workers/platform-worker.js',
    metricsPort: 'platform_worker_metrics',
  },
  { name: 'feed-worker', script: 'workers/feed-worker.js', metricsPort: 'feed_worker_metrics' },
  { name: 'order-worker', script: 'workers/order-worker.js', metricsPort: 'order_worker_metrics' },
  { name: 'api', script: 'api/server.js', metricsPort: 'api_metrics' },
];

const HOST = '127.0.0.1';

/** One program: how to run it and where it says that it is ready. */
export interface ProductProcess extends ProcessSpec {
  readonly metricsUrl: string;
  /** All must answer 200. */
  readonly readyUrls: readonly string[];
}

function describeProgram(program: Program, settings: ProductSettings): ProductProcess {
  const root = findRepositoryRoot();
  const { ports } = settings;
  const metrics = `http://${HOST}:${ports[program.metricsPort]}`;
  const api = `http://${HOST}:${ports.api}`;
  return {
    name: program.name,
    command: process.execPath,
    args: [path.join(root, 'dist', program.script)],
    cwd: root,
    env: {
      LOG_LEVEL: 'info',
      NODE_ENV: 'production',
      // One machine, one user: nobody to protect from anybody.
      API_REQUESTS_PER_MINUTE: '0',
      ...process.env,
      ...takeDetour(readDetours(settings.homeFolder, process.env), program.name, {
        DATABASE_URL: settings.databaseUrl,
        TEMPORAL_ADDRESS: settings.temporalAddress,
      }),
      TEMPORAL_NAMESPACE: settings.temporalNamespace,
      EVERFILL_HOME: settings.homeFolder,
      API_HOST: HOST,
      API_PORT: String(ports.api),
      METRICS_HOST: HOST,
      METRICS_PORT: String(ports[program.metricsPort]),
    },
    stopSignal: 'SIGTERM',
    metricsUrl: `${metrics}/metrics`,
    readyUrls:
      program.name === 'api' ? [`${metrics}/readyz`, `${api}/readyz`] : [`${metrics}/readyz`],
  };
}

/** All four, in the order of their start. */
export function describeProduct(settings: ProductSettings): ProductProcess[] {
  return PROGRAMS.map((program) => describeProgram(program, settings));
}

/** Whether the program answers 200 everywhere it should. */
export async function isProductReady(program: ProductProcess): Promise<boolean> {
  for (const url of program.readyUrls) {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    // An unread body would keep the connection open.
    const text = await response.text();
    if (response.status !== 200)
      throw new Error(`${url}: ${response.status} ${text.slice(0, 200)}`);
  }
  return true;
}
