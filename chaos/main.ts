import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { OptionError, parseChaosOptions } from './options';
import { violationsOf, writeReport } from './report';
import { runChaos } from './run';
import { formatTable, formatTotals } from './table';

const HIGHEST_SEED = 1_000_000;
const EXIT_BROKEN = 1;
const EXIT_USAGE = 2;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const options = parseChaosOptions(process.argv.slice(2), randomInt(HIGHEST_SEED));
  const run = await runChaos(options, print);
  print(`\n${formatTable(run.faults)}\n\n${formatTotals(run)}`);
  const file = writeReport(run, resolve(process.env['EVERFILL_HOME'] ?? '.everfill'));
  print(`report: ${file}; the same again: make chaos SEED=${run.seed}`);
  if (violationsOf(run).length > 0) process.exitCode = EXIT_BROKEN;
}

main().catch((error: unknown) => {
  const usage = error instanceof OptionError;
  const text = usage ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`everfill chaos: ${text ?? ''}\n`);
  process.exitCode = usage ? EXIT_USAGE : EXIT_BROKEN;
});
