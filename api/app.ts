import type { Client } from '@temporalio/client';
import Koa from 'koa';
import type { Kysely } from 'kysely';
import type { Registry } from 'prom-client';
import type { Logger } from '../platform/logger';
import type { Database } from '../schema/database';
import type { ApiState } from './context';
import type { Dependencies } from './dependencies';
import { closeWhenDraining, createDrain, type Drain } from './drain';
import { createEventHub, type EventHub } from './events/event-hub';
import { createKeyRing } from './key-ring';
import { API_LIMITS, type ApiLimits } from './limits';
import { createMarketHub, type MarketHub } from './market-data/market-hub';
import { createApiMetrics } from './metrics';
import { accessLog } from './middleware/access-log';
import { errorHandler } from './middleware/error-handler';
import { requestId } from './middleware/request-id';
import { responseHeaders } from './middleware/response-headers';
import { createInFlightLimit } from './orders/in-flight-limit';
import { checkReadiness, type Readiness } from './readiness';
import type { Route } from './route';
import { createRouter } from './router';
import { ROUTES } from './routes';
import { createDocumentationRoutes } from './routes/documentation';
import { createSocketServer, type SocketServer } from './sockets/socket-server';

export interface AppOptions {
  readonly db: Kysely<Database>;
  readonly temporal: Client;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly version: string;
  readonly limits?: Partial<ApiLimits>;
  /** Beside the product's own; for tests of what every route shares. */
  readonly extraRoutes?: readonly Route[];
}

export interface App {
  /** For `http.createServer`. */
  readonly handler: ReturnType<Koa['callback']>;
  readonly events: EventHub;
  readonly market: MarketHub;
  readonly sockets: SocketServer;
  readonly drain: Drain;
  checkReadiness(): Promise<Readiness>;
}

/** Builds the application; it listens nowhere and owns neither pool nor connection. */
export function createApp(options: AppOptions): App {
  const { db, temporal, logger, registry, version } = options;
  const limits: ApiLimits = { ...API_LIMITS, ...options.limits };
  const metrics = createApiMetrics(registry);
  const events = createEventHub(limits.eventPollMs);
  const drain = createDrain();
  const dependencies: Dependencies = {
    db,
    temporal,
    logger,
    metrics,
    events,
    market: createMarketHub({ db, logger, limits }),
    orderStarts: createInFlightLimit(limits, metrics),
    drain,
    limits,
  };
  const documented = [...ROUTES, ...(options.extraRoutes ?? [])];
  const routes = [...documented, ...createDocumentationRoutes(documented, version)];

  const keys = createKeyRing(db, limits);
  const app = new Koa<ApiState>();
  // What reaches Koa itself happened after the answer began, as a client that went away.
  app.on('error', (error: unknown) => logger.debug({ err: error }, 'answer interrupted'));
  app.use(requestId());
  app.use(accessLog(logger, metrics));
  app.use(responseHeaders());
  app.use(closeWhenDraining(drain));
  app.use(errorHandler());
  app.use(createRouter(routes, dependencies, keys));
  return {
    handler: app.callback(),
    events,
    market: dependencies.market,
    sockets: createSocketServer(dependencies, keys),
    drain,
    checkReadiness: () => checkReadiness(dependencies),
  };
}
