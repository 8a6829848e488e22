import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface EngineCounts {
  /** Billable actions, by the server's own counter. */
  readonly actions: number;
  /** Calls of the server's persistence that write, of history, tasks, timers and visibility. */
  readonly writes: number;
  /** Commits of the server's SQLite file; `null` when it stores elsewhere. */
  readonly commits: number | null;
}

/** The server adds what it counted to its page once a second; this is that and a little more. */
const PAGE_IS_BEHIND_MS = 1_200;

/**
 * What Temporal has counted since its start, once its page shows it.
 *
 * @param metricsUrl - Its Prometheus page; `null` when it is not ours to read.
 * @param databaseFile - Of an embedded server; `null` for any other.
 */
export async function readEngineCounts(
  metricsUrl: string | null,
  databaseFile: string | null,
): Promise<EngineCounts> {
  const counts = metricsUrl === null ? UNKNOWN : await readPage(metricsUrl);
  return { ...counts, commits: readSqliteCommits(databaseFile) };
}

const UNKNOWN = { actions: Number.NaN, writes: Number.NaN };

async function readPage(metricsUrl: string) {
  await delay(PAGE_IS_BEHIND_MS);
  return parseEngineCounts(await (await fetch(metricsUrl)).text());
}

/**
 * The server counts an action wherever Temporal Cloud bills one: starts, signals, updates, timers,
 * activities, upserts, and all local activities of one workflow task as one. It counts an
 * update-with-start as one request and one accepted update, which is two. Heartbeats are the
 * market sessions', not the orders', and are left out.
 */
export function parseEngineCounts(page: string): Pick<EngineCounts, 'actions' | 'writes'> {
  let actions = 0;
  let writes = 0;
  for (const line of page.split('\n')) {
    const match = /^(\w+)\{([^}]*)\} ([\d.e+]+)/.exec(line);
    if (match === null) continue;
    const [, name, labels = '', value] = match;
    const operation = /operation="([^"]*)"/.exec(labels)?.[1] ?? '';
    if (name === 'action' && !operation.includes('Heartbeat')) actions += Number(value);
    const isStore = name === 'persistence_requests' || name === 'visibility_persistence_requests';
    if (isStore && isWrite(operation)) writes += Number(value);
  }
  return { actions, writes };
}

function isWrite(operation: string): boolean {
  return /^(?:Append|Complete|Create|Delete|Range|Record|Set|Update|Upsert)/.test(operation);
}

/** Where the index of SQLite's write-ahead log counts the transactions that were committed. */
const CHANGE_COUNTER_OFFSET = 8;

/**
 * SQLite keeps the index of its write-ahead log in a shared file, whose header counts every
 * committed write transaction. Reading it costs the server nothing.
 *
 * @see https://www.sqlite.org/walformat.html, section 2.1.
 */
function readSqliteCommits(databaseFile: string | null): number | null {
  if (databaseFile === null) return null;
  const index = `${databaseFile}-shm`;
  if (!existsSync(index)) return null;
  const header = Buffer.alloc(16);
  const file = openSync(index, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  // The machine's own byte order, which is little-endian wherever the dev server is offered.
  return header.readUInt32LE(CHANGE_COUNTER_OFFSET);
}
