import { once } from 'node:events';
import { formatBanner } from '../stack/banner';
import { startInBackground } from '../stack/detach';
import { findHomeFolder, openHome, type EverfillHome } from '../stack/everfill-home';
import { lockHome } from '../stack/home-lock';
import { parseLiveFeeds } from '../stack/live-feeds';
import { openParentChannel } from '../stack/parent-channel';
import { parseReplayFeed } from '../stack/replay-feed';
import { startStack } from '../stack/start-stack';
import { UsageError, type Command } from './command';
import { parseOptions } from './parse-options';
import type { FeedChoice } from '../../schema/seed';

const OPTIONS = {
  detach: { type: 'boolean' },
  replay: { type: 'string' },
  symbol: { type: 'string' },
  speed: { type: 'string' },
  live: { type: 'string' },
} as const;

/** npm and other wrappers pass on a Ctrl-C that the terminal has sent to us as well. */
const SAME_KEYSTROKE_MS = 1_000;

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

interface Interruption {
  /** Aborted when everything is to stop. */
  readonly stop: AbortSignal;
  /** Aborted when it is to stop at once. */
  readonly force: AbortSignal;
  /** What a start that was interrupted exits with. */
  exitCode(): number;
  readonly interrupt: () => void;
}

function listenForInterruption(report: (line: string) => void): Interruption {
  const stop = new AbortController();
  const force = new AbortController();
  let exitCode = 1;
  let stoppedAtMs = 0;
  const interrupt = () => {
    if (!stop.signal.aborted) {
      report('stopping; Ctrl-C again ends everything at once');
      stoppedAtMs = Date.now();
      stop.abort(new Error('interrupted'));
    } else if (Date.now() - stoppedAtMs > SAME_KEYSTROKE_MS) force.abort();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!stop.signal.aborted) exitCode = SIGNAL_EXIT_CODES[name];
      if (name === 'SIGINT' || !stop.signal.aborted) interrupt();
    });
  }
  return { stop: stop.signal, force: force.signal, exitCode: () => exitCode, interrupt };
}

async function runInForeground(
  home: EverfillHome,
  feeds: readonly FeedChoice[],
  print: (line: string) => void,
): Promise<number> {
  const report = (line: string) => {
    print(line);
    channel?.tell({ kind: 'line', line });
  };
  const interruption = listenForInterruption(report);
  const channel = openParentChannel(interruption.interrupt);
  const { stop, force } = interruption;
  const release = lockHome(home.runFolder);
  try {
    const stack = await startStack({ home, feeds, report, signal: stop, force });
    const banner = formatBanner(stack.endpoints, stack.moved);
    print(`${banner}\nCtrl-C stops everything.`);
    channel?.tell({ kind: 'ready', banner });
    if (!stop.aborted) await once(stop, 'abort');
    await stack.stop();
    report('stopped');
    return 0;
  } catch (error) {
    if (!stop.aborted) throw error;
    report('stopped');
    return interruption.exitCode();
  } finally {
    release();
    channel?.close();
  }
}

async function run(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, OPTIONS);
  let feeds: FeedChoice[];
  try {
    feeds = [...parseReplayFeed(options), ...parseLiveFeeds(options.live, process.env)];
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const home = openHome(findHomeFolder());
  // A closed terminal must not keep us from stopping everything in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const print = (line: string) => {
    process.stdout.write(`${line}\n`);
  };
  if (options.detach) {
    const rest = args.filter((arg) => arg !== '--detach');
    return startInBackground(home, ['up', ...rest], print);
  }
  return runInForeground(home, feeds, print);
}

export const upCommand: Command = {
  name: 'up',
  summary: 'starts Everfill and keeps it running until Ctrl-C',
  usage: [
    'usage: everfill up [--detach] [--replay FILE --symbol SYM [--speed N]] [--live SYM,SYM]',
    '  --detach        returns when everything is ready; `everfill down` stops it',
    '  --replay FILE   plays an OHLCV CSV file as the prices of --symbol',
    '  --symbol SYM    1 to 10 of A-Z, 0-9 and dot',
    '  --speed N       bars per second, 1 when absent',
    '  --live SYM,SYM  symbols with the prices of a real market, of LIVE_PRICES_URL',
    'Environment: EVERFILL_HOME, DATABASE_URL, TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, LOG_LEVEL,',
    '  EVERFILL_CALENDAR (continuous, nyse), EVERFILL_ACCOUNT (margin, cash),',
    '  LIVE_PRICES_KEY_ID, LIVE_PRICES_SECRET_KEY, LIVE_PRICES_URL (Alpaca when absent)',
  ].join('\n'),
  run,
};
