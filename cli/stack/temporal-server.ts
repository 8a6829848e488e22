/** The Temporal development server of one home: one process, its state in one SQLite file. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProcessSpec } from './supervised-process';
import type { SearchAttributes } from './temporal-namespace';

export interface TemporalServerOptions {
  /** The `temporal` program. */
  readonly file: string;
  /** Where its state is kept; created when missing. */
  readonly databaseFile: string;
  readonly namespace: string;
  readonly searchAttributes: SearchAttributes;
  readonly port: number;
  readonly uiPort: number;
  readonly metricsPort: number;
}

const HOST = '127.0.0.1';

/** Where the server's defaults are for clusters with hundreds of shards; figures: decision 51. */
const DYNAMIC_CONFIG = {
  // Four partitions would spread few tasks over four queues, each with a few of the polls: tasks
  // then wait in the store although somebody asks for work.
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  // The wait for a task whose worker died grows with every death, to five minutes: after a storm of
  // them an order would sleep on although all is well again.
  'history.workflowTaskRetryMaxInterval': '5s',
  // A shard looks for new tasks this often a second. With the usual 20 and one shard, whoever
  // places one order after the other waits 50 ms for each.
  'history.transferProcessorMaxPollRPS': 30,
  // Tasks that are done stay in memory until the next of these moments, and each look for new ones
  // goes through all of them: after 30 s of orders that is a tenth of the server's time.
  'history.transferProcessorUpdateAckInterval': '2s',
  'history.visibilityProcessorUpdateAckInterval': '2s',
};

/** How to run the server. */
export function describeTemporalServer(options: TemporalServerOptions): ProcessSpec {
  const { databaseFile, namespace, searchAttributes, port, uiPort, metricsPort } = options;
  const args = ['server', 'start-dev', '--ip', HOST, '--port', String(port)];
  args.push('--ui-port', String(uiPort), '--metrics-port', String(metricsPort));
  args.push('--ui-disable-news-fetch', '--db-filename', databaseFile);
  // With the write-ahead log a killed server loses nothing; a power cut may cost the last moments.
  args.push('--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal');
  args.push('--log-level', 'warn', '--log-format', 'json');
  args.push('--disable-config-env', '--disable-config-file');
  for (const [name, value] of Object.entries(DYNAMIC_CONFIG)) {
    args.push('--dynamic-config-value', `${name}=${JSON.stringify(value)}`);
  }
  if (namespace !== 'default') args.push('--namespace', namespace);
  for (const [name, type] of Object.entries(searchAttributes)) {
    args.push('--search-attribute', `${name}=${type}`);
  }
  return {
    name: 'temporal',
    command: options.file,
    args,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    cwd: path.dirname(databaseFile),
    stopSignal: 'SIGTERM',
    beforeStart: () => {
      removeHalfMadeState(databaseFile);
      return Promise.resolve();
    },
  };
}

function completeMarker(databaseFile: string): string {
  return `${databaseFile}.complete`;
}

/**
 * The server creates its tables only in a file that does not exist yet, so a file whose creation
 * was cut short (Ctrl-C in the first second) would never serve.
 */
function removeHalfMadeState(databaseFile: string): void {
  if (existsSync(completeMarker(databaseFile))) return;
  for (const ending of ['', '-wal', '-shm']) rmSync(`${databaseFile}${ending}`, { force: true });
}

/** To be called once the server serves: from then on its file is kept whatever happens. */
export function markStateComplete(databaseFile: string): void {
  writeFileSync(completeMarker(databaseFile), '');
}
