import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { createBellRinger } from '../../activities/bell-ringer';
import { createFeedMetrics } from '../../activities/feed-metrics';
import { createDoorbell } from '../../activities/market-session/doorbell';
import type { PriceSource } from '../../activities/market-session/price-source';
import { createQuarantine } from '../../activities/market-session/quarantine';
import { runSession, type SessionWorld } from '../../activities/market-session/session';
import { createRingAgain } from '../../activities/ring-again';
import { createRingSchedule } from '../../activities/ring-schedule';
import { COMMANDS_CHANNEL } from '../../platform/channels';
import { LIMITS } from '../../platform/limits';
import { createLogger } from '../../platform/logger';
import { waitUntil } from '../closed-loop';
import { createEdgeDatabase, type EdgeDatabase } from './edge-database';

const DRAINED_DEADLINE_MS = 120_000;
/** All is over in less than a second, so a later answer would show. */
const ASK_AGAIN_MS = 10;
const ACCOUNTS = 50;
/** Report counts are multiples of it, for each symbol. */
const ROWS_A_STATEMENT = 400;

/**
 * The market session alone: `reports` durable reports of orders that trade with each other in
 * pairs, over one symbol or several at once, as fast as the rows can be read, matched and stored.
 *
 * @returns Reports a second, over all symbols.
 */
export async function runSessions(
  serverUrl: string,
  symbols: number,
  reports: number,
): Promise<number> {
  const database = await createEdgeDatabase(serverUrl, ACCOUNTS, symbols);
  const { world, close } = openWorld(database);
  const stopping = new AbortController();
  try {
    for (const symbol of database.symbols) {
      for (let first = 0; first < reports / symbols; first += ROWS_A_STATEMENT) {
        await insertCrossingOrders(database, symbol, first);
      }
    }
    await sql`analyze orders, market_commands, pending_commands`.execute(database.db);
    const start = performance.now();
    const ended = database.symbols.map((symbol) =>
      runSession(world, { symbol, lifeMs: DRAINED_DEADLINE_MS, signal: stopping.signal }),
    );
    await waitUntil(
      `${reports} reports`,
      async () => (await countReports(database)) >= reports,
      DRAINED_DEADLINE_MS,
      ASK_AGAIN_MS,
    );
    const seconds = (performance.now() - start) / 1_000;
    stopping.abort();
    await Promise.all(ended);
    return reports / seconds;
  } finally {
    stopping.abort();
    await close();
    await database.drop();
  }
}

/** What a feed-worker has, without an engine to ring. */
function openWorld({ db, pool }: EdgeDatabase) {
  const logger = createLogger('bench-session', 'silent');
  const ringer = createBellRinger({
    send: () => Promise.resolve(),
    inFlight: LIMITS.signalsInFlight,
    capacity: LIMITS.signalsWaiting,
    onError: () => undefined,
  });
  const schedule = createRingSchedule(LIMITS.ringAgain);
  const doorbell = createDoorbell({
    pool,
    channel: COMMANDS_CHANNEL,
    pollMs: LIMITS.sessionPollMs,
    logger,
  });
  const world: SessionWorld = {
    db,
    pool,
    createSource: () => Promise.resolve(STANDING_PRICE),
    doorbell,
    ringer,
    ringAgain: createRingAgain({ db, ringer, schedule, now: () => performance.now() }),
    quarantine: createQuarantine(),
    showMarket: () => undefined,
    metrics: createFeedMetrics(new Registry()),
    logger,
  };
  return { world, close: () => doorbell.close() };
}

const HOUR_MS = 3_600_000;

/** No tick comes: only orders meet. */
const STANDING_PRICE: PriceSource = {
  takeDue: () => [],
  nextDueAt: () => Date.now() + HOUR_MS,
  setPrice: () => false,
  pause: () => undefined,
  resume: () => undefined,
  state: () => ({ kind: 'simulated', offset: 0, pinned: null }),
};

/**
 * Sells and buys of one share at one price, in turn, so that each buy trades with the last sell;
 * as many as one statement stores well within its time.
 */
async function insertCrossingOrders(
  { db, accountIds }: EdgeDatabase,
  symbol: string,
  first: number,
): Promise<void> {
  await sql`
    with numbered as (
      select n, gen_random_uuid() as order_id,
        (${accountIds}::uuid[])[1 + n % ${accountIds.length}::integer] as account_id,
        case when n % 2 = 0 then 'sell' else 'buy' end as side
      from generate_series(${first}::integer, ${first + ROWS_A_STATEMENT - 1}::integer) as n
    ), placed as (
      insert into orders (order_id, account_id, epoch, client_order_id, fingerprint, request_id,
        root_id, workflow_id, symbol, side, type, time_in_force, quantity, limit_price, status)
      select order_id, account_id, 1, order_id, '', '', order_id, 'order:' || order_id, ${symbol},
        side, 'limit', 'gtc', 1, 100, 'new'
      from numbered
    )
    insert into market_commands (symbol, order_id, kind, payload)
    select ${symbol}, order_id, 'submit', jsonb_build_object('account_id', account_id,
      'side', side, 'type', 'limit', 'time_in_force', 'gtc', 'quantity', '1', 'filled', '0',
      'limit_price', '100.00', 'stop_price', null, 'protection_price', null, 'post_only', false,
      'self_trade_prevention', 'expire_taker')
    from numbered order by n`.execute(db);
}

async function countReports({ db }: EdgeDatabase): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select coalesce(sum(report_sequence), 0) as count from feed_cursors`.execute(db);
  return Number(rows[0]?.count);
}
