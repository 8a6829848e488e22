/** Postgres refuses to run as root, so root runs it as a user who owns nothing else. */
import { execFileSync, spawnSync } from 'node:child_process';

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ['nobody', 'postgres', 'daemon'] as const;

function lookUp(name: string): SystemUser | undefined {
  try {
    const ask = (option: string) => {
      const answer = execFileSync('id', [option, name], { stdio: ['ignore', 'pipe', 'ignore'] });
      return Number.parseInt(answer.toString(), 10);
    };
    const user = { name, uid: ask('-u'), gid: ask('-g') };
    return user.uid > 0 && user.gid >= 0 ? user : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process of this user can be started here at all (a container may map few users). */
function canRun(user: SystemUser): boolean {
  return runAs(user, '/bin/sh', ['-c', 'exit 0']);
}

function runAs(user: SystemUser, command: string, args: string[]): boolean {
  const { uid, gid } = user;
  return spawnSync(command, args, { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;
}

/**
 * Whom the database server runs as: undefined for "as ourselves", which is right unless we are
 * root.
 *
 * @throws Error when we are root and no other user can be used.
 */
export function findUnprivilegedUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of CANDIDATES) {
    const user = lookUp(name);
    if (user && canRun(user)) return user;
  }
  const tried = CANDIDATES.join(', ');
  throw new Error(
    `Postgres does not run as root, and none of the users ${tried} can be used instead; ` +
      'start Everfill as another user, or set DATABASE_URL to a server of yours',
  );
}

/** Whether the user can pass through the folder and all those above it. */
export function canEnter(user: SystemUser, folder: string): boolean {
  return runAs(user, '/bin/sh', ['-c', 'cd "$1"', 'sh', folder]);
}

/** Whether the user can run the program, its libraries included. */
export function canExecute(user: SystemUser, program: string): boolean {
  return runAs(user, program, ['--version']);
}
