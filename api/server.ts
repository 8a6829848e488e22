import type { RequestListener, Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EVENTS_CHANNEL, MARKET_CHANNEL } from '../platform/channels';
import { parseConfig } from '../platform/config';
import { createDatabase } from '../platform/database';
import { type FaultPoint, openFaultPoints, withAnswerFaultPoint } from '../platform/fault-points';
import { LIMITS } from '../platform/limits';
import { startListener } from '../platform/listener';
import { createLogger } from '../platform/logger';
import { createRegistry, startMetricsServer } from '../platform/metrics';
import { timeQueries, watchPool } from '../platform/pool-metrics';
import { onShutdown } from '../platform/shutdown';
import { createTemporalClient } from '../platform/temporal';
import { createApp, type App } from './app';
import { createHttpServer } from './http-server';
import { PRODUCT_VERSION } from './product-version';

async function main(): Promise<void> {
  const config = parseConfig(process.env);
  const faultPoint = openFaultPoints(process.env);
  const logger = createLogger('api', config.logLevel);
  const registry = createRegistry('api');
  const { db, pool } = createDatabase({
    databaseUrl: config.databaseUrl,
    name: 'api',
    poolSize: LIMITS.apiPool,
    onError: (error) => logger.warn({ err: error }, 'an idle database connection failed'),
    onQuery: timeQueries(registry),
  });
  watchPool(registry, pool);
  const temporal = createTemporalClient({
    address: config.temporalAddress,
    namespace: config.temporalNamespace,
    identity: `api/${process.pid}`,
  });
  const limits = { requestsPerMinute: config.requestsPerMinute };
  const app = createApp({ db, temporal, logger, registry, version: PRODUCT_VERSION, limits });
  const listener = startListener({
    databaseUrl: config.databaseUrl,
    channel: EVENTS_CHANNEL,
    logger,
    onNotification: (accountId) => app.events.wake(accountId),
    onListening: () => app.events.wake(null),
  });
  const marketListener = startListener({
    databaseUrl: config.databaseUrl,
    channel: MARKET_CHANNEL,
    logger,
    onNotification: (symbol) => app.market.wake(symbol),
    onListening: () => app.market.wake(null),
  });
  const metricsServer = await startMetricsServer({
    host: config.metricsHost,
    port: config.metricsPort,
    registry,
    logger,
    ready: () => assertReady(app),
    sdkMetricsUrl: null,
  });
  const server = await listen(app, faultPoint, config.apiHost, config.apiPort);
  logger.info({ address: server.address() }, 'the API listens');

  onShutdown(logger, async () => {
    await stopServer(server, app);
    await Promise.all([listener.close(), marketListener.close()]);
    await new Promise((resolve) => metricsServer.close(resolve));
    await db.destroy();
    if (!pool.ended) await pool.end();
    // The Temporal connection ends with the process: a call that still retries against a server
    // that is away would throw from its timer once the channel is closed.
  });
}

async function assertReady(app: App): Promise<void> {
  const { ready, checks } = await app.checkReadiness();
  if (!ready) throw new Error(JSON.stringify(checks));
}

async function listen(
  { handler, sockets }: App,
  faultPoint: FaultPoint,
  host: string,
  port: number,
): Promise<Server> {
  const listener = withAnswerFaultPoint(faultPoint, handler) as unknown as RequestListener;
  const server = createHttpServer(listener, sockets.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

/**
 * New connections are refused at once; those that are kept alive are told to go with their next
 * answer, and closed when they are idle; what is under way is finished.
 */
async function stopServer(server: Server, app: App): Promise<void> {
  app.drain.begin();
  // Not the HTTP server's own `close`: that would cut idle connections on which a request may be
  // on its way, and its sender could not tell whether it was done.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  const late = setTimeout(() => server.closeAllConnections(), LIMITS.apiShutdownMs);
  await Promise.all([app.events.close(), app.sockets.close()]);
  await sleep(LIMITS.apiDrainMs);
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(sweep);
  clearTimeout(late);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
