import { ApplicationFailure } from '@temporalio/common';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { Kysely } from 'kysely';
import { RefusalError } from '../domain/refusal';
import { LIMITS } from '../platform/limits';
import type { Logger } from '../platform/logger';
import { isOutage } from '../platform/outage';
import type { Notifier } from '../platform/notifier';
import type { Database } from '../schema/database';
import type {
  AcceptVerdict,
  CancelAnswer,
  OrderInstruction,
  ReplaceAnswer,
  RootProgress,
} from '../workflows/contract';
import { acceptOrders } from './accept-orders';
import { createAnnouncer } from './announcer';
import { createBatcher } from './batcher';
import type { OrderMetrics } from './order-metrics';
import type { Publisher } from './publish-events';
import { type CancelInput, requestCancel } from './request-cancel';
import { type ReplaceInput, requestReplace } from './request-replace';
import { resumeOrder } from './resume-order';
import type { SettledBatch, SettleInput } from './settle-executions';
import { settleRoots } from './settle-roots';

export interface Opening {
  readonly verdict: AcceptVerdict;
  readonly progress: RootProgress;
}

/** The steps of an order's life, as its workflow calls them; each is safe to repeat. */
export interface OrderActivities {
  acceptOrder(order: OrderInstruction): Promise<Opening>;
  resumeOrder(root: SettleInput): Promise<Opening>;
  requestCancel(input: CancelInput): Promise<CancelAnswer>;
  requestReplace(input: ReplaceInput): Promise<ReplaceAnswer>;
  settleExecutions(root: SettleInput): Promise<RootProgress>;
}

export interface OrderDependencies {
  readonly db: Kysely<Database>;
  /** Wakes a symbol's market session after a command is durable. */
  readonly commands: Notifier;
  readonly publisher: Publisher;
  readonly metrics: OrderMetrics;
  readonly logger: Logger;
}

export function createOrderActivities(dependencies: OrderDependencies): OrderActivities {
  const { db, commands, publisher, metrics } = dependencies;
  const accept = createBatcher({
    ...BATCHES,
    // What one order takes of the account, the next must see.
    isConflict: (one: OrderInstruction, other) => one.accountId === other.accountId,
    run: (orders) => acceptOrders(db, orders),
  });
  const settle = createBatcher({
    ...BATCHES,
    isConflict: (one: SettleInput, other) =>
      one.accountId === other.accountId && one.symbol !== other.symbol,
    run: async (roots) => {
      const batch = await settleRoots(db, roots);
      countSettlement(metrics, batch);
      return batch.progress;
    },
  });
  const announce = createAnnouncer(publisher, dependencies.logger);
  return translateFailures(dependencies, {
    async acceptOrder(order) {
      const { opening, fresh } = await accept(order);
      if (fresh) countAcceptance(metrics, order, opening);
      if (opening.verdict.status !== 'rejected') commands.ring(order.symbol);
      announce(order.accountId);
      return opening;
    },
    async resumeOrder(root) {
      // A closed root ends its run at once; what the book said of it since must be booked first.
      await settle(root);
      return resumeOrder(db, root);
    },
    async requestCancel(input) {
      const answer = await requestCancel(db, input);
      commands.ring(input.symbol);
      announce(input.accountId);
      return answer;
    },
    async requestReplace(input) {
      const answer = await requestReplace(db, input);
      if (answer.accepted) commands.ring(input.symbol);
      announce(input.accountId);
      return answer;
    },
    async settleExecutions(root) {
      const progress = await settle(root);
      announce(root.accountId);
      return progress;
    },
  });
}

/** Orders that come together share a transaction: what costs most is per statement and commit. */
const BATCHES = {
  limit: LIMITS.ordersPerBatch,
  lanes: LIMITS.batchLanes,
  crowd: LIMITS.batchCrowd,
  gatherTimes: LIMITS.batchGatherTimes,
  gatherMaxMs: LIMITS.batchGatherMaxMs,
  quietMs: LIMITS.batchQuietMs,
  isOneCallsFault: (error: unknown): boolean => error instanceof RefusalError || !isOutage(error),
};

function countAcceptance(
  metrics: OrderMetrics,
  order: OrderInstruction,
  { verdict }: Opening,
): void {
  if (verdict.rejectReason === null) {
    metrics.ordersCreated.inc({ side: order.side, order_type: order.type });
  } else {
    metrics.ordersRejected.inc({ reason: verdict.rejectReason });
  }
}

function countSettlement(metrics: OrderMetrics, { settlements, reports }: SettledBatch): void {
  const now = Date.now();
  for (const report of reports) {
    if (report.kind === 'trade') {
      metrics.fillLatency.observe(Math.max(0, now - report.createdAt.getTime()) / 1_000);
    }
    if (report.kind === 'rejected') {
      metrics.ordersRejected.inc({ reason: report.reason ?? 'market' });
    }
  }
  for (const { transitions } of settlements) {
    metrics.ordersFilled.inc(transitions.filter(({ to }) => to === 'filled').length);
  }
}

type Step = (input: never) => Promise<unknown>;

/**
 * The one place where failures become Temporal's: a refusal fails the update for good and without
 * noise; everything else is an outage, which Temporal retries, and is counted.
 */
function translateFailures(
  { metrics, logger }: OrderDependencies,
  steps: OrderActivities,
): OrderActivities {
  const translated = Object.entries(steps as unknown as Record<string, Step>).map(
    ([activity, step]) => {
      const run = async (input: never): Promise<unknown> => {
        try {
          return await step(input);
        } catch (error) {
          if (error instanceof RefusalError) throw refusalFailure(error);
          metrics.workerErrors.inc({ activity });
          logger.warn({ err: error, activity }, 'a step failed and is tried again');
          throw error;
        }
      };
      return [activity, run] as const;
    },
  );
  return Object.fromEntries(translated) as unknown as OrderActivities;
}

function refusalFailure(error: RefusalError): ApplicationFailure {
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: true,
    details: [error.details],
    category: ApplicationFailureCategory.BENIGN,
    cause: error,
  });
}
