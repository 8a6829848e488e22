import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { createClient } from '../client';
import { signalProcess } from '../processes';
import { waitUntil } from '../wait-until';
import { strike, type World } from '../world';
import { type Fault, type Injected, struck } from './fault';
import { placeOrder } from './resting-orders';

export const FEED_SESSION_FROZEN: Fault = {
  name: 'feed-session-frozen',
  number: 6,
  what: 'the feed-worker frozen (SIGSTOP) until another one took its sessions, then continued',
  holds: 'the stale sessions are fenced; one writer per symbol',
  progress: ['prints', 'settles'],
  short: false,
  plan: () => ({ target: 'feed-worker', inject: freezeSessions }),
};

/** How long the market is watched once the frozen worker is awake. */
const WATCH_MS = 4_000;

async function freezeSessions(world: World): Promise<Injected> {
  const failures: string[] = [];
  const second = await world.stack.startExtra('feed-worker');
  const secondReady = await waitUntil(30_000, () => answers(second.metrics, 'readyz'));
  if (secondReady === null) failures.push('the second feed-worker did not get ready');
  const epochs = await readEpochs(world);
  const errors = await countSessionErrors(world);
  const frozen = await strike(world, 'feed-worker', 'SIGSTOP');
  let since = performance.now();
  try {
    const taken = await waitUntil(30_000, async () => {
      const now = await readEpochs(world);
      return [...epochs].every(([symbol, epoch]) => (now.get(symbol) ?? 0n) > epoch);
    });
    if (taken === null) failures.push('no other session took every symbol');
    since = performance.now();
  } finally {
    signalProcess(frozen, 'SIGCONT');
  }
  // The one that wakes up goes on where it was: in the middle of a step.
  failures.push(...(await findStepsBack(world)));
  const fenced = await waitUntil(
    20_000,
    async () => (await countSessionErrors(world)) - errors || null,
  );
  if (fenced === null) failures.push('no stale session was fenced');
  await second.end('SIGTERM');
  return { times: 1, since, failures, notes: `${fenced ?? 0} sessions fenced` };
}

/** A session that may still write stores what it knew before it froze, and the market goes back. */
async function findStepsBack({ db }: World): Promise<string[]> {
  const highest = new Map<string, bigint>();
  const found = new Set<string>();
  const until = performance.now() + WATCH_MS;
  while (performance.now() < until) {
    const rows = await db
      .selectFrom('feed_cursors')
      .select(['symbol', 'tick_index', 'report_sequence'])
      .execute();
    for (const row of rows) {
      for (const what of ['tick_index', 'report_sequence'] as const) {
        const key = `${what} of ${row.symbol}`;
        const now = BigInt(row[what]);
        if (now < (highest.get(key) ?? 0n)) found.add(`I10: the ${key} went back`);
        highest.set(key, now);
      }
    }
    await delay(20);
  }
  return [...found];
}

async function answers(metrics: string, path: string): Promise<boolean> {
  const response = await fetch(metrics.replace(/metrics$/, path));
  await response.text();
  return response.status === 200;
}

async function readEpochs({ db }: World): Promise<Map<string, bigint>> {
  const rows = await db.selectFrom('feed_cursors').select(['symbol', 'epoch']).execute();
  return new Map(rows.map(({ symbol, epoch }) => [symbol, BigInt(epoch)]));
}

/** Attempts of sessions that ended in an error, by the feed-worker's own count. */
async function countSessionErrors({ stack }: World): Promise<number> {
  const response = await fetch(stack.endpoints().metrics['feed-worker'] ?? '');
  const text = await response.text();
  const line = /^worker_errors_total\{[^}]*activity="runMarketSession"[^}]*\} (\d+)/m.exec(text);
  return Number(line?.[1] ?? 0);
}

export const CLOCK_SHIFT: Fault = {
  name: 'clock-shift',
  number: 13,
  what: 'the clocks of an order-worker and of an api an hour ahead, then an hour behind',
  holds: 'no early expiry, no order refused as stale, sequences go up',
  progress: ['accepts', 'settles'],
  short: false,
  plan: ({ random, long }) => {
    const hours = random.shuffle([1, -1]);
    const ms = long ? 10_000 : 2_500;
    return {
      target: hours.map((hour) => `${hour > 0 ? '+' : ''}${hour} h`).join(', '),
      inject: (world) => shiftClock(world, hours, ms),
    };
  },
};

async function shiftClock(world: World, hours: readonly number[], ms: number): Promise<Injected> {
  const failures: string[] = [];
  const preload = require.resolve('../preload/shift-clock');
  for (const hour of hours) {
    const before = await countExpired(world);
    const environment = {
      NODE_OPTIONS: `--require ${preload}`,
      EVERFILL_DRILL_CLOCK_MS: String(hour * 3_600_000),
    };
    const shifted = [
      await world.stack.startExtra('order-worker', environment),
      await world.stack.startExtra('api', environment),
    ];
    for (const { metrics } of shifted) {
      const ready = await waitUntil(30_000, () => answers(metrics, 'readyz'));
      if (ready === null) failures.push('a process with a shifted clock did not get ready');
    }
    failures.push(...(await placeThrough(world, shifted[1]?.api ?? '', hour)));
    await delay(ms);
    await Promise.all(shifted.map((process) => process.end('SIGTERM')));
    const expired = (await countExpired(world)) - before;
    if (expired > 0) failures.push(`${expired} orders expired before their time`);
  }
  return struck(hours.length, failures);
}

const ORDERS_BY_WRONG_CLOCK = 6;

/** An order's deadline is its API's to set, and no clock of its own may make it a past one. */
async function placeThrough(world: World, api: string, hour: number): Promise<string[]> {
  const [trader] = world.spare.crowd;
  if (trader === undefined) throw new Error('there is no crowd');
  const client = createClient(api);
  const run = world.ledger.orders.length;
  const told = await Promise.all(
    Array.from({ length: ORDERS_BY_WRONG_CLOCK }, (_, index) =>
      placeOrder({ ...world, client }, trader, {
        symbol: 'SPY',
        side: 'buy',
        qty: '1',
        type: 'market',
        time_in_force: 'ioc',
        client_order_id: `clock-${hour}-${run}-${index}`,
      }),
    ),
  );
  const refused = told.filter(({ status }) => status !== 201);
  return [
    ...refused.map(({ code }) => `an api ${hour} h off had an order refused: ${code ?? ''}`),
    ...client.surprises.map((surprise) => `I11: ${surprise}`),
  ];
}

/** No order of a drill lives until its session's close, and no clock may say that it did. */
async function countExpired({ db }: World): Promise<number> {
  const { rows } = await sql<{ expired: string }>`select count(*) as expired from orders
    where status = 'expired'`.execute(db);
  return Number(rows[0]?.expired);
}

export const SLOW_CONSUMER: Fault = {
  name: 'slow-consumer',
  number: 20,
  what: 'an event consumer that stops reading, the relay dead meanwhile, then duplicates',
  holds: 'orders unaffected; applied exactly once by id, no gap',
  progress: ['accepts', 'publishes'],
  short: false,
  plan: ({ random, long }) => {
    const ms = long ? 60_000 : random.integer(4_000, 6_000);
    return { target: `${ms} ms`, inject: (world) => slowConsumer(world, ms) };
  },
};

async function slowConsumer(world: World, ms: number): Promise<Injected> {
  const { events, ledger } = world;
  const accepted = ledger.accepted;
  events.sleep(ms);
  const relay = await strike(world, 'platform-worker', 'SIGSTOP');
  try {
    await delay(ms);
  } finally {
    signalProcess(relay, 'SIGCONT');
  }
  const before = events.duplicates;
  events.rewind();
  const repeated = await waitUntil(15_000, () => events.duplicates > before);
  return struck(1, [
    ...(ledger.accepted > accepted ? [] : ['no order was accepted while the consumer slept']),
    ...(repeated === null ? ['nothing came twice, so nothing was proven'] : []),
    ...(events.gaps.length > 0 ? [`I8: ${events.gaps.join('; ')}`] : []),
  ]);
}
