import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { familyOf, signalProcess } from '../processes';
import { fillDisk, freeDisk } from '../small-disk';
import { waitUntil } from '../wait-until';
import { pidOf, strike, waitForSuccessor, waitUntilAllReady, type World } from '../world';
import { type Fault, type Injected, struck } from './fault';
import { type RestingOrders, placeResting, sweepPrice, waitUntilClosed } from './resting-orders';

export const TEMPORAL_RESTART: Fault = {
  name: 'temporal-restart',
  number: 8,
  what: 'Temporal server SIGTERM, then SIGKILL, with many orders open',
  holds: 'the api answers 503 or accepts durably; every open order continues',
  progress: ['accepts', 'settles'],
  short: true,
  plan: ({ random, long, alone }) => {
    const symbol = random.pick(['MSFT', 'TSLA']);
    const orders = long || alone ? 500 : 40;
    return {
      target: `${orders} open orders of ${symbol}`,
      inject: (world) => restartTemporal(world, symbol, orders),
    };
  },
};

/** From the server's last start until every one of its open orders has been filled. */
const DRAINED_WITHIN_MS = 30_000;

async function restartTemporal(world: World, symbol: string, count: number): Promise<Injected> {
  const resting = await placeResting(world, { symbol, count, traders: world.spare.crowd });
  const first = await strike(world, 'temporal', 'SIGTERM');
  await waitForSuccessor(world, 'temporal', first);
  await delay(1_000);
  const second = await strike(world, 'temporal');
  await waitForSuccessor(world, 'temporal', second);
  const since = performance.now();
  await sweepPrice(world, resting);
  const left = await waitUntilClosed(world, resting.ids, 90_000);
  const recoveredMs = performance.now() - since;
  const late = recoveredMs > DRAINED_WITHIN_MS;
  const open = resting.ids.length;
  return {
    times: 2,
    since,
    recoveredMs,
    failures: [
      ...(open < count ? [notTaken(resting, count)] : []),
      ...(left > 0 ? [`${left} of ${open} open orders did not continue`] : []),
      ...(late ? [`drained after ${(recoveredMs / 1_000).toFixed(1)} s, promised in 30 s`] : []),
    ],
    notes: `drained: ${open - left} open orders filled`,
  };
}

function notTaken({ ids, refusals }: RestingOrders, count: number): string {
  return `only ${ids.length} of ${count} orders were taken; others: ${refusals.join(', ')}`;
}

export const POSTGRES_FREEZE: Fault = {
  name: 'postgres-freeze',
  number: 10,
  what: 'Postgres frozen (SIGSTOP to the server and its connections), then continued',
  holds: 'readiness false meanwhile; pools recover by themselves',
  progress: ['accepts', 'settles', 'prints'],
  short: false,
  plan: ({ random, long }) => {
    const ms = long ? 15_000 : random.integer(4_000, 6_000);
    return { target: `${ms} ms`, inject: (world) => freezePostgres(world, ms) };
  },
};

async function freezePostgres(world: World, ms: number): Promise<Injected> {
  const pid = pidOf(world, 'postgres');
  if (pid === null) throw new Error('there is no Postgres to freeze');
  const family = familyOf(pid);
  for (const member of family) signalProcess(member, 'SIGSTOP');
  let toldSo = false;
  try {
    const ready = `${world.stack.endpoints().api}/readyz`;
    const unready = waitUntil(ms, async () => {
      const response = await fetch(ready, { signal: AbortSignal.timeout(3_000) });
      await response.text();
      return response.status === 503;
    });
    await delay(ms);
    toldSo = (await unready) === true;
  } finally {
    for (const member of family) signalProcess(member, 'SIGCONT');
  }
  return struck(1, toldSo ? [] : ['the api said that it was ready without a database']);
}

export const POSTGRES_STOP: Fault = {
  name: 'postgres-stop',
  number: 10,
  what: 'Postgres stopped immediately (SIGQUIT) and started again, several times',
  holds: 'exact to the cent; pools recover by themselves',
  progress: ['accepts', 'settles', 'prints'],
  short: true,
  plan: ({ random, long }) => {
    const pauses = Array.from({ length: long ? 8 : 2 }, () => random.integer(2_000, 4_000));
    return {
      target: `${pauses.length} times, ${pauses.join(' and ')} ms after each`,
      async inject(world) {
        for (const [index, pause] of pauses.entries()) {
          const pid = await strike(world, 'postgres', 'SIGQUIT');
          await waitForSuccessor(world, 'postgres', pid);
          if (index < pauses.length - 1) await delay(pause);
        }
        return struck(pauses.length);
      },
    };
  },
};

export const COMMIT_CUT: Fault = {
  name: 'commit-cut',
  number: 11,
  what: 'a connection cut exactly at COMMIT: the server committed, its client saw an error',
  holds: 'exactly once',
  progress: ['accepts', 'settles'],
  short: true,
  plan: ({ random }) => {
    const cuts = random.integer(3, 6);
    const wanted = [
      { way: 'orderPostgres', count: cuts },
      { way: 'feedPostgres', count: 2 },
    ] as const;
    return {
      target: wanted.map(({ way, count }) => `${way} ${count}`).join(', '),
      async inject({ stack }) {
        const failures: string[] = [];
        let times = 0;
        for (const { way, count } of wanted) {
          const proxy = stack.proxies[way];
          const before = proxy.cuts();
          proxy.cutAtCommit(count);
          const done = await waitUntil(15_000, () => proxy.cuts() - before >= count);
          proxy.cutAtCommit(0);
          times += proxy.cuts() - before;
          if (done === null) failures.push(`${way}: too few commits passed to cut ${count}`);
        }
        return struck(times, failures);
      },
    };
  },
};

export const NETWORK_TROUBLE: Fault = {
  name: 'network-trouble',
  number: 12,
  what: '200 ms latency and 5 % resets, then a blackhole, between order-worker and its servers',
  holds: 'bounded retries, no storm of connections, nothing left behind',
  progress: ['accepts', 'settles'],
  short: true,
  plan: ({ random, long }) => {
    const slowMs = long ? 10_000 : random.integer(3_000, 5_000);
    const darkMs = long ? 10_000 : random.integer(3_000, 4_000);
    return {
      target: `${slowMs} ms slow and resetting, ${darkMs} ms dark`,
      inject: (world) => troubleNetwork(world, slowMs, darkMs),
    };
  },
};

const CONNECTIONS_PER_SECOND = 60;

async function troubleNetwork(world: World, slowMs: number, darkMs: number): Promise<Injected> {
  const { orderPostgres, orderTemporal } = world.stack.proxies;
  const proxies = [orderPostgres, orderTemporal];
  const count = (): number => proxies.reduce((sum, proxy) => sum + proxy.connections(), 0);
  const before = count();
  try {
    for (const proxy of proxies) proxy.make({ latencyMs: 200, resets: 0.05, blackhole: false });
    await delay(slowMs);
    for (const proxy of proxies) proxy.make({ latencyMs: 0, resets: 0, blackhole: true });
    await delay(darkMs);
  } finally {
    for (const proxy of proxies) proxy.make({ latencyMs: 0, resets: 0, blackhole: false });
  }
  const perSecond = ((count() - before) * 1_000) / (slowMs + darkMs);
  const storm = perSecond > CONNECTIONS_PER_SECOND;
  return {
    ...struck(2, storm ? [`${perSecond.toFixed(0)} connections a second: a retry storm`] : []),
    notes: `${perSecond.toFixed(0)} new connections/s`,
  };
}

export const DISK_FULL: Fault = {
  name: 'disk-full',
  number: 19,
  what: 'the disk of Postgres is full, then freed',
  holds: '503 meanwhile, no partial order, continues without repair',
  progress: ['accepts', 'settles', 'prints'],
  short: false,
  unavailable: () =>
    process.getuid?.() === 0 ? null : 'needs root: a size-capped tmpfs must be mounted',
  plan: ({ random }) => {
    const ms = random.integer(3_000, 6_000);
    return {
      target: `${ms} ms`,
      async inject(world) {
        fillDisk(world.stack.home);
        const log = join(world.stack.home, 'logs', 'postgres.log');
        const noticed = await waitUntil(15_000, () =>
          readFileSync(log, 'utf8').includes('No space left on device'),
        );
        await delay(ms);
        freeDisk(world.stack.home);
        const back = await waitUntilAllReady(world);
        return struck(1, [
          ...(noticed === null ? ['Postgres never needed the space it did not have'] : []),
          ...(back ? [] : ['Postgres did not come back once there was room']),
        ]);
      },
    };
  },
};

export const TEMPORAL_PERSISTENCE: Fault = {
  name: 'temporal-persistence',
  number: 9,
  what: 'faults in the persistence of Temporal (ExecuteAndTimeout, 5 %)',
  holds: 'I1 to I9',
  progress: [],
  short: false,
  unavailable: () =>
    'the development server reads no YAML, so its faultInjection cannot be switched on; ' +
    'it takes a server built from source',
  plan: () => ({ target: 'nothing', inject: () => Promise.resolve(struck(0)) }),
};
