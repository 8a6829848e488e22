/**
 * Tells one process from another that later got the same pid.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal only for the same process on the same boot. */
  readonly startedAt: string;
}

// Positions in /proc/<pid>/stat after the command name, which may itself hold spaces and brackets.
const STATE_FIELD = 0;
const START_TIME_FIELD = 19;

function readLinuxStart(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; only its parent has not noticed yet.
  if (fields[STATE_FIELD] === 'Z' || fields[STATE_FIELD] === 'X') return undefined;
  // Start times count from boot, so the same number after a reboot is another process.
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}/${fields[START_TIME_FIELD] ?? ''}`;
}

function readStartFromPs(pid: number): string | undefined {
  try {
    const args = ['-o', 'state=,lstart=', '-p', String(pid)];
    const line = execFileSync('ps', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '');
  } catch {
    return undefined;
  }
}

/** The process that has this pid now, or undefined when none runs. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? readLinuxStart(pid) : readStartFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

/** Sends the signal unless the process has ended (or its pid now belongs to another one). */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Checks an identity that was read from a file. */
export function parseProcessIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startedAt } = value as Record<string, unknown>;
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 1) return undefined;
  return typeof startedAt === 'string' ? { pid, startedAt } : undefined;
}
