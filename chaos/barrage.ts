import { setTimeout as delay } from 'node:timers/promises';
import type { FaultResult } from './report';
import type { Random } from './random';
import type { ExtraProcess } from './stack';
import { pidOf, strike, waitForSuccessor, type World } from './world';
import { signalProcess } from './processes';
import { measureRecovery } from './progress';

interface Volley {
  readonly name: string;
  readonly number: number;
  /** Shortest and longest pause between two shots, ms. */
  readonly everyMs: readonly [number, number];
  readonly shoot: (world: World) => Promise<boolean>;
}

const END_PATIENCE_MS = 40 * 60_000;

/** The long form: everything at once, again and again, until so many orders were taken. */
export async function runBarrage(
  world: World,
  random: Random,
  orders: number,
): Promise<FaultResult[]> {
  const extras = await startSpareWorkers(world);
  const over = new AbortController();
  const running = volleys(random, extras).map(async (volley) => {
    const own = random.fork(volley.name);
    let times = 0;
    while (!over.signal.aborted) {
      await delay(own.integer(...volley.everyMs));
      // What is dead already cannot be struck.
      if (await volley.shoot(world).catch(() => false)) times += 1;
    }
    return { name: volley.name, number: volley.number, times };
  });
  const giveUpAt = Date.now() + END_PATIENCE_MS;
  let told = 0;
  while (world.ledger.accepted < orders && Date.now() < giveUpAt) {
    await delay(1_000);
    if (world.ledger.accepted - told < Math.min(500, orders / 5)) continue;
    told = world.ledger.accepted;
    world.print(`  ${told} of ${orders} orders taken`);
  }
  over.abort();
  const shots = await Promise.all(running);
  const recoveredMs = await measureRecovery(world.db, performance.now(), ['accepts', 'settles']);
  await Promise.all(extras.map((extra) => extra.process.end('SIGTERM')));
  const failures = [
    ...(recoveredMs === null ? ['I12: orders do not go on after the barrage'] : []),
    ...(world.ledger.accepted < orders ? [`only ${world.ledger.accepted} orders were taken`] : []),
  ];
  return shots.map(({ name, number, times }) => ({
    name,
    number,
    target: 'barrage',
    skipped: null,
    times,
    inFlight: 0,
    recoveredSeconds: recoveredMs === null ? null : recoveredMs / 1_000,
    failures,
    notes: '',
  }));
}

interface SpareWorker {
  process: ExtraProcess;
}

/** The supervised one waits longer and longer after each death; these carry on meanwhile. */
async function startSpareWorkers({ stack }: World): Promise<SpareWorker[]> {
  return [
    { process: await stack.startExtra('order-worker') },
    { process: await stack.startExtra('order-worker') },
  ];
}

function volleys(random: Random, extras: readonly SpareWorker[]): Volley[] {
  const victims = random.fork('victims');
  return [
    {
      name: 'worker-kill-loop',
      number: 3,
      everyMs: [2_000, 2_000],
      async shoot(world) {
        const victim = victims.pick([...extras, 'order-worker', 'feed-worker'] as const);
        if (typeof victim === 'string') return kill(world, victim, 'SIGKILL');
        await victim.process.end('SIGKILL');
        victim.process = await world.stack.startExtra('order-worker');
        return true;
      },
    },
    {
      name: 'postgres-stop',
      number: 10,
      everyMs: [5_000, 10_000],
      async shoot(world) {
        const pid = await strike(world, 'postgres', 'SIGQUIT');
        await waitForSuccessor(world, 'postgres', pid);
        return true;
      },
    },
    {
      name: 'temporal-restart',
      number: 8,
      everyMs: [20_000, 20_000],
      shoot: (world) => Promise.resolve(kill(world, 'temporal', 'SIGKILL')),
    },
  ];
}

/** False when it is dead already. */
function kill(world: World, name: string, signal: NodeJS.Signals): boolean {
  const pid = pidOf(world, name);
  return pid !== null && signalProcess(pid, signal);
}
