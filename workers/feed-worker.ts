import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { createBellRinger, type BellRinger } from '../activities/bell-ringer';
import { COMMANDS_CHANNEL, MARKET_CHANNEL } from '../platform/channels';
import {
  ensureFeeds,
  findLiveSymbols,
  findSymbols,
  findUnpricedSymbols,
} from '../activities/ensure-feeds';
import { createFeedActivities } from '../activities/feed';
import { createFeedMetrics, type FeedMetrics } from '../activities/feed-metrics';
import { createDoorbell } from '../activities/market-session/doorbell';
import { createLiveFeed } from '../activities/live-prices/live-feed';
import { createLiveMetrics } from '../activities/live-prices/live-metrics';
import {
  createPriceSource,
  type LivePrices,
} from '../activities/market-session/create-price-source';
import { createQuarantine } from '../activities/market-session/quarantine';
import { createRingAgain } from '../activities/ring-again';
import { createRingSchedule } from '../activities/ring-schedule';
import { createSignalSender } from '../activities/signal-sender';
import { LIMITS } from '../platform/limits';
import type { Logger } from '../platform/logger';
import { createTemporalClient } from '../platform/temporal';
import type { Database } from '../schema/database';
import { whenUp } from './when-up';
import { type ProcessParts, runWorkerProcess, type WorkOfProcess } from './worker-process';

/** Serves queue `feed`: the market of every symbol, each with one session at a time. */
void runWorkerProcess({
  name: 'feed-worker',
  queue: 'feed',
  poolSize: LIMITS.feedWorkerPool,
  planOnce: true,
  tuning: {
    maxConcurrentActivityTaskExecutions: LIMITS.feedSymbols + 1,
    stickyQueueScheduleToStartTimeout: LIMITS.stickyScheduleToStartMs,
    // Sessions stop between two transactions, and the sooner the next one can open the better.
    shutdownGraceTime: 0,
    shutdownForceTime: LIMITS.workerShutdownForceMs,
  },
  prepare,
});

function prepare(parts: ProcessParts): WorkOfProcess {
  const { config, logger, registry, db, pool } = parts;
  const client = createTemporalClient({
    address: config.temporalAddress,
    namespace: config.temporalNamespace,
    identity: 'feed-worker',
  });
  const metrics = createFeedMetrics(registry);
  const ringer = createRinger(client, metrics, logger);
  const schedule = createRingSchedule(LIMITS.ringAgain);
  const doorbell = createDoorbell({
    pool,
    channel: COMMANDS_CHANNEL,
    pollMs: LIMITS.sessionPollMs,
    logger,
  });
  const live = openLivePrices(parts);
  const readers = parts.createNotifier(MARKET_CHANNEL);
  return {
    activities: createFeedActivities({
      db,
      pool,
      createSource: (start) => createPriceSource(start, live),
      doorbell,
      ringer,
      ringAgain: createRingAgain({ db, ringer, schedule, now: () => performance.now() }),
      quarantine: createQuarantine(),
      metrics,
      showMarket: (symbol) => readers.ring(symbol),
      logger,
    }),
    async start() {
      const symbols = await whenUp('the assets', logger, () => findSymbols(db));
      checkSlots(symbols);
      checkLiveKeys(live, await findLiveSymbols(db));
      await whenUp('the feed workflows', logger, () => ensureFeeds(client, symbols));
      await waitForPrices(db, logger);
      logger.info({ symbols }, 'serving');
    },
    async close() {
      live?.feed.close();
      await Promise.all([doorbell.close(), readers.close()]);
      await client.connection.close();
    },
  };
}

function createRinger(client: Client, metrics: FeedMetrics, logger: Logger): BellRinger {
  return createBellRinger({
    send: createSignalSender(client),
    inFlight: LIMITS.signalsInFlight,
    capacity: LIMITS.signalsWaiting,
    onError: (error, workflowId) => {
      metrics.signalErrors.inc();
      logger.warn({ err: error, workflow_id: workflowId }, 'a price signal was not delivered');
    },
  });
}

function openLivePrices({ config, registry, logger }: ProcessParts): LivePrices | null {
  if (config.livePrices === null) return null;
  const metrics = createLiveMetrics(registry);
  const feed = createLiveFeed({ ...config.livePrices, logger, metrics, limits: LIMITS });
  return { feed, metrics, logger };
}

/** @throws Error when symbols need live prices that nobody has keys for. */
function checkLiveKeys(live: LivePrices | null, symbols: readonly string[]): void {
  if (live !== null || symbols.length === 0) return;
  throw new Error(
    `${symbols.join(', ')}: live prices need LIVE_PRICES_KEY_ID and LIVE_PRICES_SECRET_KEY`,
  );
}

const PRICES_POLL_MS = 50;

/**
 * A market order placed before the first price would be refused, so a new installation is ready a
 * moment later. A feed that has no prices to give does not keep the others waiting.
 */
async function waitForPrices(db: Kysely<Database>, logger: Logger): Promise<void> {
  const giveUpAt = performance.now() + LIMITS.firstPriceMs;
  for (;;) {
    const unpriced = await findUnpricedSymbols(db).catch(() => ['unknown']);
    if (unpriced.length === 0) return;
    if (performance.now() > giveUpAt) {
      logger.warn({ symbols: unpriced }, 'ready without prices of these symbols');
      return;
    }
    await delay(PRICES_POLL_MS);
  }
}

/** @throws Error when there are more symbols than slots: the rest would never have a market. */
function checkSlots(symbols: readonly string[]): void {
  if (symbols.length <= LIMITS.feedSymbols) return;
  throw new Error(`${symbols.length} symbols, but slots for ${LIMITS.feedSymbols} only`);
}
