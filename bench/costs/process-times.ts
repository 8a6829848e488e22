import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc on every Linux that Node runs on. */
const TICKS_A_SECOND = 100;

/** Processor milliseconds since the start of each process, user and system together. */
export type ProcessTimes = Readonly<Record<string, number>>;

/**
 * Reads what processes have used so far. Where there is no /proc the answer is empty: then the
 * report has no such figures, rather than guessed ones.
 *
 * @param pids - Name to process id. The children of a process named `postgres` count as its own,
 *   the ended ones too, because each of its connections is a process.
 */
export function readProcessTimes(pids: Readonly<Record<string, number>>): ProcessTimes {
  if (process.platform !== 'linux') return {};
  return Object.fromEntries(
    Object.entries(pids).flatMap(([name, pid]) => {
      const own = readStat(pid);
      if (own === undefined) return [];
      if (name !== 'postgres') return [[name, own.ownMs] as const];
      return [[name, own.ownMs + own.endedChildrenMs + sumOfChildren(pid)] as const];
    }),
  );
}

interface Stat {
  readonly parent: number;
  readonly ownMs: number;
  readonly endedChildrenMs: number;
}

function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended between the listing and the reading.
    return undefined;
  }
  // The name in parentheses may hold spaces; everything after it is plain numbers.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (index: number): number => (Number(fields[index]) * 1_000) / TICKS_A_SECOND;
  return {
    parent: Number(fields[1]),
    ownMs: ticks(11) + ticks(12),
    endedChildrenMs: ticks(13) + ticks(14),
  };
}

function sumOfChildren(parent: number): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat?.parent === parent)
    .reduce((sum, stat) => sum + (stat?.ownMs ?? 0), 0);
}
