/** For a person at a terminal: orders live, everything is killed, and they go on. */
import { watchBank } from './bank-watch';
import { playScenes } from './demo/scenes';
import { settle } from './final-checks';
import { onInterruption } from './interruption';
import { openWorld } from './open-world';
import { createRandom } from './random';
import { type ChaosRun, violationsOf } from './report';
import { type DrillStack, startDrillStack } from './stack';
import { formatTable, formatTotals } from './table';
import { createTerminal, type Terminal, wantsColor } from './terminal';

const SEED = 1;
const CREW = { traders: 1, crowd: 1, clients: 0 };

async function main(): Promise<void> {
  const { stdout } = process;
  const colored = wantsColor(process.env, stdout.isTTY);
  const terminal = createTerminal((text) => void stdout.write(text), colored);
  const startedAt = performance.now();
  terminal.step('An Everfill of its own: Postgres, Temporal, the API and three workers');
  const random = createRandom(SEED);
  const stack = await startDrillStack({ random: () => random.next() });
  const release = onInterruption(() => stack.stop());
  try {
    const run = await perform(stack, terminal, startedAt);
    terminal.plain(`\n${formatTable(run.faults)}\n\n${formatTotals(run)}`);
    if (violationsOf(run).length > 0) process.exitCode = 1;
  } finally {
    release();
    await stack.stop();
  }
}

async function perform(
  stack: DrillStack,
  terminal: Terminal,
  startedAt: number,
): Promise<ChaosRun> {
  const random = createRandom(SEED);
  const print = (line: string): void => terminal.quiet(line);
  const world = await openWorld({ stack, random, long: false, crew: CREW, print });
  const bank = watchBank(world.db);
  try {
    const faults = await playScenes(world, terminal);
    terminal.step('Everything comes to rest; every invariant is checked');
    const settlement = await settle(world, () => bank.stop(), []);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { seed: SEED, orders: 0, long: false, seconds, faults, settlement };
  } finally {
    await world.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`everfill demo: ${(error as Error).stack ?? String(error)}\n`);
  process.exitCode = 1;
});
