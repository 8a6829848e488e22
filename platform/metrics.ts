import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from './logger';

/** Buckets that contain every threshold an alert or objective uses, in seconds. */
export const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10];

/** One registry per process, with Node's own metrics in it. */
export function createRegistry(processName: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process: processName });
  collectDefaultMetrics({ register: registry });
  return registry;
}

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Resolves when the process can do its work; the text of a rejection is the answer's body. */
  readonly ready: () => Promise<void>;
  /** Where the Temporal SDK serves its own metrics, appended to ours; `null` where it has none. */
  readonly sdkMetricsUrl: string | null;
}

/** Serves /metrics, /healthz (the event loop turns) and /readyz on a port of its own. */
export async function startMetricsServer(options: MetricsServerOptions): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    void answer(path ?? '/', options).then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return server;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function answer(path: string, options: MetricsServerOptions): Promise<Answer> {
  const text = 'text/plain; charset=utf-8';
  if (path === '/healthz') return { status: 200, type: text, body: 'alive\n' };
  if (path === '/readyz') {
    try {
      await options.ready();
      return { status: 200, type: text, body: 'ready\n' };
    } catch (error) {
      return {
        status: 503,
        type: text,
        body: `${error instanceof Error ? error.message : 'no'}\n`,
      };
    }
  }
  if (path !== '/metrics') return { status: 404, type: text, body: 'not found\n' };
  const [own, sdk] = await Promise.all([options.registry.metrics(), fetchSdkMetrics(options)]);
  return { status: 200, type: options.registry.contentType, body: own + sdk };
}

/** A scrape must not fail because the SDK's exporter is slow: ours are worth having alone. */
async function fetchSdkMetrics({ sdkMetricsUrl, logger }: MetricsServerOptions): Promise<string> {
  if (sdkMetricsUrl === null) return '';
  try {
    const response = await fetch(sdkMetricsUrl, { signal: AbortSignal.timeout(1_000) });
    return await response.text();
  } catch (error) {
    logger.warn({ err: error }, 'the SDK metrics did not answer');
    return '';
  }
}
