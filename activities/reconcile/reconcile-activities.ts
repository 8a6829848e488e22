import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { LIMITS } from '../../platform/limits';
import type { Logger } from '../../platform/logger';
import type { Database } from '../../schema/database';
import type { ReconcileInput } from '../../workflows/contract';
import type { BellRinger } from '../bell-ringer';
import type { RingAgain } from '../ring-again';
import type { DataChecked, DataChecker } from './check-stored-data';
import type { ReconcileMetrics } from './reconcile-metrics';
import { type OrphansFound, resumeOrphans } from './resume-orphans';
import { ringLingering } from './ring-lingering';
import { findRunningOrders } from './running-orders';
import { type FeedsFound, startMissingFeeds } from './start-missing-feeds';

export interface RunsMatched extends OrphansFound {
  /** Order workflows that run. */
  readonly running: number;
  /** Roots that are closed but whose workflow still ran; it was rung. */
  readonly lingering: readonly string[];
}

/** What the reconcile workflow does; none of it moves money, all of it is safe to repeat. */
export interface ReconcileActivities {
  startMissingFeeds(): Promise<FeedsFound>;
  /** Rings workflows whose reports wait to be booked; returns how many. */
  ringUnsettled(): Promise<number>;
  /** Compares orders with their workflows and mends what does not match. */
  matchRunsWithOrders(decision?: ReconcileInput): Promise<RunsMatched>;
  checkStoredData(): Promise<DataChecked>;
}

export interface ReconcileDependencies {
  readonly db: Kysely<Database>;
  readonly temporal: Client;
  readonly ringer: BellRinger;
  readonly ringAgain: RingAgain;
  readonly checker: DataChecker;
  readonly metrics: ReconcileMetrics;
  readonly logger: Logger;
}

export function createReconcileActivities(
  dependencies: ReconcileDependencies,
): ReconcileActivities {
  const { db, temporal, metrics, ringer, ringAgain, checker } = dependencies;
  const counted = countErrors(dependencies);
  return {
    startMissingFeeds: counted('startMissingFeeds', async () => {
      const feeds = await startMissingFeeds(db, temporal);
      metrics.feedsStarted.inc(feeds.started.length);
      return feeds;
    }),
    ringUnsettled: counted('ringUnsettled', async () => {
      const olderThanMs = LIMITS.ringAgain.firstMs;
      const rung = await ringAgain.sweep({ symbol: null, olderThanMs });
      await ringer.idle();
      metrics.rung.inc({ reason: 'unsettled' }, rung);
      return rung;
    }),
    matchRunsWithOrders: counted('matchRunsWithOrders', async (decision?: ReconcileInput) => {
      const running = await findRunningOrders(temporal);
      const found = await resumeOrphans(dependencies, running, decision);
      const lingering = await ringLingering(db, temporal, running, new Date());
      metrics.resumed.inc(found.resumed.length);
      metrics.rung.inc({ reason: 'lingering' }, lingering.length);
      return { ...found, running: running.size, lingering };
    }),
    checkStoredData: counted('checkStoredData', () => checker.check()),
  };
}

function countErrors({ metrics, logger }: ReconcileDependencies) {
  return <Given extends unknown[], Result>(
    activity: string,
    step: (...given: Given) => Promise<Result>,
  ): ((...given: Given) => Promise<Result>) => {
    metrics.workerErrors.inc({ activity }, 0);
    return async (...given) => {
      try {
        return await step(...given);
      } catch (error) {
        metrics.workerErrors.inc({ activity });
        logger.warn({ err: error, activity }, 'a step of reconciliation failed');
        throw error;
      }
    };
  };
}
