/**
 * Where root keeps what the database server's user must reach, when the home itself lies in a
 * closed place such as /root.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canEnter, type SystemUser } from './unprivileged-user';

const GROUP_OR_OTHERS_MAY_WRITE = 0o022;

/** A folder somebody else made, or may write to, could hold somebody else's programs. */
function isRootsOwn(folder: string): boolean {
  const stat = lstatSync(folder);
  const open = (stat.mode & GROUP_OR_OTHERS_MAY_WRITE) !== 0;
  return stat.isDirectory() && stat.uid === 0 && !open;
}

/**
 * A folder that root owns and the user can pass through; created when missing.
 *
 * @throws Error naming what was tried when none can be had.
 */
export function openRootFolder(user: SystemUser): string {
  const candidates = ['/var/lib/everfill', path.join(tmpdir(), 'everfill-root')];
  for (const folder of candidates) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      if (isRootsOwn(folder) && canEnter(user, folder)) return folder;
    } catch {
      // A read-only system folder: the next candidate may do.
    }
  }
  throw new Error(
    `the user ${user.name}, who runs Postgres, can reach none of ${candidates.join(', ')}; ` +
      'set EVERFILL_HOME to a folder that everybody may pass through',
  );
}
