import type { Kysely } from 'kysely';
import {
  checkInvariants,
  inSnapshot,
  type InvariantResult,
} from '../../invariants/check-invariants';
import { ledgerImbalance } from '../../invariants/totals';
import { LIMITS } from '../../platform/limits';
import type { Logger } from '../../platform/logger';
import type { Database } from '../../schema/database';
import type { ReconcileMetrics } from './reconcile-metrics';

export interface DataChecked {
  /** False: the last check took so long that the next one waits. */
  readonly checked: boolean;
  /** Invariants that do not hold, with how many rows show it. */
  readonly broken: readonly { readonly invariant: string; readonly violations: number }[];
}

/** Checks read whole tables, so they may take a twentieth of the time and no more. */
const REST_PER_CHECK = 20;

export interface DataChecker {
  check(): Promise<DataChecked>;
}

/**
 * Looks for broken invariants in the stored data and sets the gauges; the first violations of each
 * go to the log, because a gauge tells that something is wrong and not what.
 *
 * @param now - Milliseconds of a clock that never runs back.
 */
export function createDataChecker(
  db: Kysely<Database>,
  metrics: ReconcileMetrics,
  logger: Logger,
  now: () => number,
): DataChecker {
  const options = { quiescent: false, statementTimeoutMs: LIMITS.checkTimeoutMs };
  const readAll = async (): Promise<InvariantResult[]> => {
    metrics.ledgerImbalance.set(Number(await inSnapshot(db, options, ledgerImbalance)));
    const results = await checkInvariants(db, options);
    for (const { name, violations } of results) {
      metrics.setViolations(name, violations.length);
      if (violations.length === 0) continue;
      logger.error({ invariant: name, violations: violations.slice(0, 5) }, 'invariant broken');
    }
    return results;
  };
  let restUntil = 0;
  return {
    async check() {
      const startedAt = now();
      if (startedAt < restUntil) return { checked: false, broken: [] };
      try {
        const results = await readAll();
        return {
          checked: true,
          broken: results
            .filter(({ violations }) => violations.length > 0)
            .map(({ name, violations }) => ({ invariant: name, violations: violations.length })),
        };
      } finally {
        restUntil = now() + (now() - startedAt) * REST_PER_CHECK;
      }
    },
  };
}
