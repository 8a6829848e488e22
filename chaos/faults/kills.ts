import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { armedFile, type FaultPointName } from '../../platform/fault-points';
import { summarize } from '../latencies';
import { signalProcess } from '../processes';
import { measureRecovery } from '../progress';
import { PROGRAMS } from '../stack';
import { waitUntil } from '../wait-until';
import { pidOf, strike, waitForSuccessor, waitUntilAllReady, type World } from '../world';
import { type Fault, type Injected, struck } from './fault';
import { provokeEveryStep } from './provoke';
import { placeResting, sweepPrice, waitUntilClosed } from './resting-orders';

/** A process that was killed at the place before has to come back first. */
const POINT_PATIENCE_MS = 60_000;

/** Arms one place after the other and waits until it has ended the process that passed it. */
async function strikeAt(
  world: World,
  points: readonly { name: FaultPointName; passes: number }[],
): Promise<Injected> {
  const failures: string[] = [];
  let times = 0;
  let isOver = false;
  // Not waited for: it ends when the process is back, which is what is measured from here on.
  provokeEveryStep(world, () => isOver).catch((error: unknown) => {
    world.ledger.contradict(`I11: ${(error as Error).message}`);
  });
  for (const { name, passes } of points) {
    const file = armedFile(world.stack.tokenFile, name);
    writeFileSync(file, String(passes));
    const fired = await waitUntil(POINT_PATIENCE_MS, () => !existsSync(file), 10);
    if (fired === null) {
      rmSync(file, { force: true });
      failures.push(`nobody passed ${name}`);
    } else times += 1;
  }
  isOver = true;
  return struck(times, failures);
}

interface PointFault {
  readonly points: readonly FaultPointName[];
  readonly all: boolean;
}

/** @param all - Every place, one after the other; else the seed picks one. */
function strikingAt({ points, all }: PointFault): Fault['plan'] {
  return ({ random }) => {
    const chosen = (all ? points : [random.pick(points)]).map((name) => ({
      name,
      passes: random.integer(0, 2),
    }));
    return {
      target: chosen.map(({ name, passes }) => `${name} after ${passes}`).join(', '),
      inject: (world) => strikeAt(world, chosen),
    };
  };
}

export const WORKER_KILL_AFTER_COMMIT: Fault = {
  name: 'worker-kill-after-commit',
  number: 1,
  what: 'kill -9 between the commit of a transaction and the completion of its activity',
  holds: 'each effect once',
  progress: ['accepts', 'settles'],
  short: true,
  plan: strikingAt({
    points: ['acceptOrder.done', 'requestCancel.done', 'requestReplace.done'],
    all: false,
  }),
};

export const WORKER_KILL_MID_TASK: Fault = {
  name: 'worker-kill-mid-task',
  number: 2,
  what: 'kill -9 inside a workflow task, at three places',
  holds: 'the steps run again, effects once',
  progress: ['accepts', 'settles'],
  short: true,
  plan: strikingAt({
    points: ['settleExecutions.started', 'settleExecutions.done', 'publish.done'],
    all: true,
  }),
};

export const API_KILL_BEFORE_ANSWER: Fault = {
  name: 'api-kill-before-answer',
  number: 4,
  what: 'kill -9 the api after the commit, before the answer',
  holds: 'the same POST again names the same order',
  progress: ['accepts'],
  short: true,
  plan: strikingAt({ points: ['postOrder.answering'], all: true }),
};

export const WORKER_KILL_LOOP: Fault = {
  name: 'worker-kill-loop',
  number: 3,
  what: 'kill -9 one of two order-workers every 2 s',
  holds: 'no failed workflow; orders go on through the other one',
  progress: ['accepts', 'settles'],
  short: false,
  plan: ({ random, long }) => {
    const kills = long ? 15 : 3;
    const victims = Array.from({ length: kills }, () => random.pick(['supervised', 'second']));
    return { target: victims.join(', '), inject: (world) => killOneOfTwo(world, victims) };
  },
};

async function killOneOfTwo(world: World, victims: readonly string[]): Promise<Injected> {
  let second = await world.stack.startExtra('order-worker');
  const from = Date.now();
  for (const victim of victims) {
    await delay(2_000);
    if (victim === 'supervised') await strike(world, 'order-worker');
    else {
      await second.end('SIGKILL');
      second = await world.stack.startExtra('order-worker');
    }
  }
  const since = performance.now();
  const killing = world.ledger.orders.filter(({ startedAt }) => startedAt >= from);
  const { count, p50, p99 } = summarize(
    killing.map(({ startedAt, acceptMs }) => ({ at: startedAt, ms: acceptMs })),
  );
  const failed = await countFailedRuns(world);
  await second.end('SIGTERM');
  return {
    times: victims.length,
    since,
    failures: failed > 0 ? [`${failed} order workflows failed`] : [],
    notes: `${count} orders taken meanwhile: p50 ${p50} p99 ${p99} ms`,
  };
}

/** Order workflows that ended in failure, ever. */
async function countFailedRuns({ temporal }: World): Promise<number> {
  const query = "WorkflowType = 'orderWorkflow' AND ExecutionStatus = 'Failed'";
  const { count } = await temporal.workflow.count(query);
  return count;
}

export const FEED_WORKER_KILL: Fault = {
  name: 'feed-worker-kill',
  number: 5,
  what: 'kill -9 the feed-worker with reports stored that it has told nobody of',
  holds: 'the next epoch continues the book; what was not told is found and booked',
  progress: ['prints', 'settles'],
  short: true,
  plan: ({ random }) => {
    const symbol = random.pick(['SPY', 'AAPL']);
    return { target: `reports of ${symbol} untold`, inject: (world) => killUntold(world, symbol) };
  },
};

const UNTOLD = 10;

/**
 * With Temporal away no signal leaves; killed then, the feed-worker takes all of them along. What a
 * server that is merely frozen was sent, it would read when it wakes up.
 */
async function killUntold(world: World, symbol: string): Promise<Injected> {
  const failures: string[] = [];
  const traders = world.spare.crowd;
  const resting = await placeResting(world, { symbol, count: UNTOLD, traders });
  const killed = await strike(world, 'temporal');
  await waitForSuccessor(world, 'temporal', killed);
  // Before it listens.
  const starting = await strike(world, 'temporal', 'SIGSTOP');
  try {
    await sweepPrice(world, resting);
    const stored = await waitUntil(10_000, () => areReported(world, resting.ids));
    if (stored === null) failures.push('no reports were in flight');
    await strike(world, 'feed-worker');
  } finally {
    signalProcess(starting, 'SIGCONT');
  }
  const since = performance.now();
  const [recoveredMs, left] = await Promise.all([
    measureRecovery(world.db, since, ['prints']),
    waitUntilClosed(world, resting.ids, 60_000),
  ]);
  if (left > 0) failures.push(`I12: ${left} of ${UNTOLD} fills nobody was told of are not booked`);
  return { times: 1, since, failures, ...(recoveredMs !== null && { recoveredMs }) };
}

async function areReported({ db }: World, ids: readonly string[]): Promise<boolean> {
  const rows = await db
    .selectFrom('execution_reports')
    .select('report_id')
    .where('order_id', 'in', [...ids])
    .where('kind', '=', 'trade')
    .execute();
  return rows.length >= ids.length;
}

export const ROLLING_RESTART: Fault = {
  name: 'rolling-restart',
  number: 22,
  what: 'SIGTERM of every process under load, one after the other',
  holds: 'clients meet refused connections and 503, nothing worse',
  progress: ['accepts', 'settles', 'prints'],
  short: false,
  plan: ({ random }) => {
    const order = random.shuffle(PROGRAMS);
    return {
      target: order.join(', '),
      async inject(world) {
        const failures: string[] = [];
        for (const name of order) {
          const old = pidOf(world, name);
          await strike(world, name, 'SIGTERM');
          if (old !== null) await waitForSuccessor(world, name, old);
          if (!(await waitUntilAllReady(world))) failures.push(`${name} did not get ready again`);
        }
        return struck(order.length, failures);
      },
    };
  },
};
