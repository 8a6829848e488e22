/**
 * One file per running child, so that whoever comes after a killed supervisor can find and end
 * what it left behind.
 */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readJsonFile, writeJsonFile } from './json-file';
import {
  identifyProcess,
  isRunning,
  parseProcessIdentity,
  signalProcess,
  type ProcessIdentity,
} from './process-identity';
import { waitUntil } from './wait-until';

export interface PidRecord extends ProcessIdentity {
  readonly name: string;
  /** What ends this process in an orderly way. */
  readonly stopSignal: NodeJS.Signals;
}

const STOP_TIMEOUT_MS = 10_000;

function pidFile(runFolder: string, name: string): string {
  return path.join(runFolder, `${name}.pid`);
}

export function recordPid(
  runFolder: string,
  child: { name: string; pid: number; stopSignal: NodeJS.Signals },
): void {
  const identity = identifyProcess(child.pid);
  // Ended already: there is nothing to find again.
  if (identity === undefined) return;
  writeJsonFile(pidFile(runFolder, child.name), { ...identity, ...child });
}

export function forgetPid(runFolder: string, name: string): void {
  rmSync(pidFile(runFolder, name), { force: true });
}

/** Records of processes that still run, by name; those of ended ones are removed. */
export function findLeftovers(runFolder: string): PidRecord[] {
  const found: PidRecord[] = [];
  for (const file of readdirSync(runFolder).filter((entry) => entry.endsWith('.pid'))) {
    const name = path.basename(file, '.pid');
    const record = readPidRecord(path.join(runFolder, file), name);
    if (record && isRunning(record)) found.push(record);
    else forgetPid(runFolder, name);
  }
  return found;
}

function readPidRecord(file: string, name: string): PidRecord | undefined {
  let content: unknown;
  try {
    content = readJsonFile(file);
  } catch {
    return undefined;
  }
  const identity = parseProcessIdentity(content);
  if (identity === undefined) return undefined;
  const { stopSignal } = content as { stopSignal?: unknown };
  return { ...identity, name, stopSignal: stopSignal === 'SIGINT' ? 'SIGINT' : 'SIGTERM' };
}

/** Ends one process: its own signal first, SIGKILL when that takes too long. */
export async function stopProcess(
  identity: ProcessIdentity,
  stopSignal: NodeJS.Signals,
  timeoutMs = STOP_TIMEOUT_MS,
): Promise<void> {
  signalProcess(identity, stopSignal);
  const ended = () => !isRunning(identity);
  const what = `process ${identity.pid} to end`;
  try {
    await waitUntil({ what, timeoutMs, everyMs: 25 }, ended);
  } catch {
    signalProcess(identity, 'SIGKILL');
    await waitUntil({ what: `${what} after SIGKILL`, timeoutMs, everyMs: 25 }, ended);
  }
}

/**
 * Ends what a killed supervisor left running: programs first, then the servers they use.
 *
 * @returns The names of what was ended; empty when nothing was left.
 */
export async function stopLeftovers(runFolder: string): Promise<string[]> {
  const servers = ['temporal', 'postgres'];
  const records = findLeftovers(runFolder);
  const programs = records.filter((record) => !servers.includes(record.name));
  await Promise.all(programs.map((record) => stopProcess(record, record.stopSignal)));
  for (const server of servers) {
    const record = records.find((candidate) => candidate.name === server);
    if (record) await stopProcess(record, record.stopSignal);
  }
  for (const { name } of records) forgetPid(runFolder, name);
  return records.map((record) => record.name);
}
