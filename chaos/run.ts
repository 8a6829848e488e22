import { setTimeout as delay } from 'node:timers/promises';
import { watchBank } from './bank-watch';
import { runBarrage } from './barrage';
import { settle } from './final-checks';
import type { Span } from './latencies';
import { type Crew, openWorld } from './open-world';
import type { ChaosOptions } from './options';
import { measureRecovery, RECOVERY_LIMIT_MS } from './progress';
import { createRandom } from './random';
import type { ChaosRun, FaultResult } from './report';
import { formatSchedule, planSchedule, type ScheduledFault } from './schedule';
import { mountSmallDisk, unmountSmallDisk } from './small-disk';
import { startDrillStack } from './stack';
import { onInterruption } from './interruption';
import { countOpenOrders, type World } from './world';

/** Undisturbed load, for latencies to compare with. */
const CALM_MS = 5_000;
const SHORT_CREW: Crew = { traders: 12, crowd: 20, clients: 12 };
/** More clients would only wait longer: half of their orders came too late to be taken. */
const LONG_CREW: Crew = { traders: 24, crowd: 500, clients: 24 };
const ORDERS_PATIENCE_MS = 10 * 60_000;

/** Starts an Everfill of its own, makes it suffer, and looks at what is left of it. */
export async function runChaos(
  options: ChaosOptions,
  print: (line: string) => void,
): Promise<ChaosRun> {
  const { seed, orders, long } = options;
  const startedAt = performance.now();
  const random = createRandom(seed);
  const schedule = planSchedule(options.faults, random, long);
  print(`seed ${seed}: ${schedule.length} faults, at least ${orders} orders`);
  if (schedule.length > 0) print(formatSchedule(schedule));
  const smallDisk = schedule.some(({ fault }) => fault.name === 'disk-full' && isAvailable(fault));
  let unmount = (): void => undefined;
  const dice = random.fork('network');
  const stack = await startDrillStack({
    random: () => dice.next(),
    prepareHome: (home) => {
      if (!smallDisk) return;
      mountSmallDisk(home);
      unmount = () => unmountSmallDisk(home);
    },
  });
  const release = onInterruption(async () => {
    unmount();
    await stack.stop();
  });
  print(`ready after ${((performance.now() - startedAt) / 1_000).toFixed(0)} s in ${stack.home}`);
  try {
    const world = await openWorld({
      stack,
      random,
      long,
      crew: long ? LONG_CREW : SHORT_CREW,
      print,
    });
    const bank = watchBank(world.db);
    const disturbed: Span[] = [];
    await delay(CALM_MS);
    const faults: FaultResult[] = [];
    const from = Date.now();
    for (const scheduled of schedule) faults.push(await runFault(world, scheduled, disturbed));
    if (long) {
      faults.push(...(await runBarrage(world, random.fork('barrage'), orders)));
      disturbed.push({ from, to: Date.now() });
    }
    await waitForOrders(world, orders);
    const settlement = await settle(world, () => bank.stop(), disturbed);
    await world.close();
    const seconds = (performance.now() - startedAt) / 1_000;
    return { seed, orders, long, seconds, faults, settlement };
  } finally {
    release();
    unmount();
    await stack.stop();
  }
}

const isAvailable = ({ unavailable }: ScheduledFault['fault']): boolean =>
  (unavailable?.() ?? null) === null;

async function runFault(
  world: World,
  { fault, afterMs, target, inject }: ScheduledFault,
  disturbed: Span[],
): Promise<FaultResult> {
  const { name, number } = fault;
  const skipped = fault.unavailable?.() ?? null;
  const base = { name, number, target, skipped, times: 0, inFlight: 0, notes: '' };
  if (skipped !== null) {
    world.print(`SKIPPED ${name}: ${skipped}`);
    return { ...base, recoveredSeconds: null, failures: [] };
  }
  await delay(afterMs);
  const open = await countOpenOrders(world.db).catch(() => 0);
  const inFlight = open + world.ledger.underWay;
  world.print(`${String(number).padStart(2)} ${name}: ${target}`);
  const from = Date.now();
  try {
    const injected = await inject(world);
    const moved = await measureRecovery(world.db, injected.since, fault.progress);
    const recoveredMs = moved === null ? null : (injected.recoveredMs ?? moved);
    const notes = injected.notes ?? '';
    const failures = [
      ...injected.failures,
      ...(moved === null ? [`I12: not recovered after ${RECOVERY_LIMIT_MS / 1_000} s`] : []),
    ];
    const recovered = recoveredMs === null ? 'NOT' : `in ${(recoveredMs / 1_000).toFixed(1)} s`;
    const lines = [`   recovered ${recovered}${notes === '' ? '' : `; ${notes}`}`, ...failures];
    for (const line of lines) world.print(line);
    const recoveredSeconds = recoveredMs === null ? null : recoveredMs / 1_000;
    return { ...base, times: injected.times, inFlight, recoveredSeconds, failures, notes };
  } catch (error) {
    const failure = `could not be injected: ${(error as Error).message}`;
    world.print(`   ${failure}`);
    return { ...base, inFlight, recoveredSeconds: null, failures: [failure] };
  } finally {
    disturbed.push({ from, to: Date.now() });
  }
}

async function waitForOrders({ ledger }: World, orders: number): Promise<void> {
  const giveUpAt = Date.now() + ORDERS_PATIENCE_MS;
  while (ledger.accepted < orders && Date.now() < giveUpAt) await delay(200);
}
