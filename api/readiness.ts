import type { Dependencies } from './dependencies';
import { findPendingMigrations } from '../schema/migrate';

export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or what is wrong, in a few words for an operator. */
  readonly checks: Readonly<Record<'process' | 'postgres' | 'migrations' | 'temporal', string>>;
}

type ReadinessDependencies = Pick<Dependencies, 'db' | 'temporal' | 'drain' | 'limits'>;

/** Asks what an order needs; each question has its own bound, so the answer comes in time. */
export async function checkReadiness(dependencies: ReadinessDependencies): Promise<Readiness> {
  const [database, temporal] = await Promise.all([
    checkDatabase(dependencies),
    checkTemporal(dependencies),
  ]);
  const running = dependencies.drain.isDraining() ? 'stopping' : 'ok';
  const checks = { process: running, ...database, temporal };
  return { ready: Object.values(checks).every((text) => text === 'ok'), checks };
}

async function checkDatabase({ db, limits }: ReadinessDependencies) {
  try {
    const pending = await within(limits.probeMs, findPendingMigrations(db as never));
    const migrations = pending.length === 0 ? 'ok' : `pending: ${pending.join(', ')}`;
    return { postgres: 'ok', migrations };
  } catch (error) {
    // A database that answers but has no migrations table has never been migrated.
    if ((error as { code?: unknown }).code === '42P01') {
      return { postgres: 'ok', migrations: 'pending: all' };
    }
    return { postgres: 'unreachable', migrations: 'unknown' };
  }
}

async function checkTemporal({ temporal, limits }: ReadinessDependencies): Promise<string> {
  try {
    const { namespace } = temporal.options;
    await temporal.withDeadline(Date.now() + limits.probeMs, () =>
      within(limits.probeMs, temporal.workflowService.describeNamespace({ namespace })),
    );
    return 'ok';
  } catch (error) {
    const notFound = (error as { code?: unknown }).code === 5;
    return notFound ? 'the namespace does not exist' : 'unreachable';
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
