/**
 * Tells whether a CSV file of bars can be replayed, before anything starts: `everfill up --replay`
 * runs it. Exit code 1, and on stderr the line and the reason, when it cannot.
 */
import { readBarsFile } from '../activities/market-session/read-bars-file';

async function main(): Promise<void> {
  try {
    const bars = await readBarsFile(process.argv[2] ?? '');
    process.stdout.write(`${bars.length} bars\n`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

void main();
