import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { type App, createApp } from '../../api/app';
import { createHttpServer } from '../../api/http-server';
import type { ApiLimits } from '../../api/limits';
import type { Route } from '../../api/route';
import { createDatabase, type DatabaseHandle } from '../../platform/database';
import { createTemporalClient } from '../../platform/temporal';

/** Nothing listens there: what depends on it meets a real outage. */
const NOWHERE = '127.0.0.1:1';

export interface TestApi extends DatabaseHandle {
  readonly app: App;
  readonly server: Server;
  readonly temporal: Client;
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly registry: Registry;
  /** What the API logged, oldest first. */
  readonly logged: Record<string, unknown>[];
  close(): Promise<void>;
}

export interface TestApiOptions {
  readonly databaseUrl?: string;
  readonly temporalAddress?: string;
  readonly limits?: Partial<ApiLimits>;
  readonly extraRoutes?: readonly Route[];
}

/** The API on a free port, over the database and the Temporal server it is given. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const logged: Record<string, unknown>[] = [];
  const logger = pino(
    { level: 'info' },
    { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const handle = createDatabase({
    databaseUrl: options.databaseUrl ?? `postgresql://nobody@${NOWHERE}/nothing`,
    name: 'test api',
    poolSize: 4,
    onError: () => undefined,
  });
  const temporal = createTemporalClient({
    address: options.temporalAddress ?? NOWHERE,
    namespace: 'default',
    identity: 'test api',
  });
  const registry = new Registry();
  const app = createApp({
    ...handle,
    temporal,
    logger,
    registry,
    version: '0.0.0',
    limits: options.limits ?? {},
    extraRoutes: options.extraRoutes ?? [],
  });
  const handler = app.handler as unknown as RequestListener;
  const server = createHttpServer(handler, app.sockets.upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...handle,
    app,
    server,
    temporal,
    url: `http://127.0.0.1:${port}`,
    registry,
    logged,
    async close() {
      await Promise.all([app.events.close(), app.sockets.close()]);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await handle.db.destroy();
      // A call that retries against nothing would throw from its timer once its channel is closed.
      if (options.temporalAddress !== undefined) await temporal.connection.close();
    },
  };
}
