#!/usr/bin/env node
/** The `everfill` command. */
import { benchCommand } from './commands/bench';
import { chaosCommand } from './commands/chaos';
import { UsageError, type Command } from './commands/command';
import { demoCommand } from './commands/demo';
import { doctorCommand } from './commands/doctor';
import { downCommand } from './commands/down';
import { replayCommand } from './commands/replay';
import { upCommand } from './commands/up';

const COMMANDS: readonly Command[] = [
  upCommand,
  downCommand,
  doctorCommand,
  demoCommand,
  chaosCommand,
  replayCommand,
  benchCommand,
];

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

function formatUsage(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['usage: everfill <command> [options]', ...lines, ''].join('\n');
}

async function runCommandLine([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(formatUsage());
    return name === undefined ? EXIT_USAGE : 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const names = COMMANDS.map((candidate) => candidate.name).join(', ');
    process.stderr.write(`everfill: unknown command '${name}'; valid commands: ${names}\n`);
    return EXIT_USAGE;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    process.stderr.write(`everfill ${name}: ${(error as Error).message}\n`);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

void runCommandLine(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
