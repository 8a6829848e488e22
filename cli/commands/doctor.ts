import { runChecks, type Check } from '../stack/health-checks';
import type { Command } from './command';
import { parseOptions } from './parse-options';

const LABELS = { ok: 'ok     ', note: 'note   ', missing: 'MISSING' } as const;

function formatCheck({ state, what, remedy }: Check): string {
  return `${LABELS[state]}  ${what}${remedy ? `\n         -> ${remedy}` : ''}`;
}

async function run(args: readonly string[]): Promise<number> {
  parseOptions(args, {});
  const checks = await runChecks();
  process.stdout.write(`${checks.map(formatCheck).join('\n')}\n`);
  const missing = checks.filter((check) => check.state === 'missing').length;
  const verdict = missing === 0 ? 'Everything that is needed is here.' : `${missing} missing.`;
  process.stdout.write(`${verdict}\n`);
  return missing === 0 ? 0 : 1;
}

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'names what is missing on this machine and how to get it',
  usage: 'usage: everfill doctor',
  run,
};
