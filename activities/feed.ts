import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { LIMITS } from '../platform/limits';
import { runSession, type SessionProgress, type SessionWorld } from './market-session/session';

export interface FeedActivities {
  /**
   * Runs the market of a symbol as its single writer, for about ten minutes. Safe to start again at
   * any moment, also beside itself: the newest session fences all earlier ones.
   */
  runMarketSession(input: { readonly symbol: string }): Promise<void>;
}

const HEARTBEAT_MS = 1_000;

export function createFeedActivities(world: SessionWorld): FeedActivities {
  world.metrics.workerErrors.inc({ activity: 'runMarketSession' }, 0);
  return {
    async runMarketSession({ symbol }) {
      const context = Context.current();
      let progress: SessionProgress | null = null;
      // For the reader of the UI only: where to continue is in the cursor's row.
      const heart = setInterval(() => context.heartbeat(progress), HEARTBEAT_MS);
      try {
        await runSession(world, {
          symbol,
          lifeMs: LIMITS.sessionLifeMs,
          signal: context.cancellationSignal,
          onProgress: (now) => {
            progress = now;
          },
        });
        leaveToServer(context);
      } catch (error) {
        if (error instanceof CancelledFailure) throw error;
        world.metrics.workerErrors.inc({ activity: 'runMarketSession' });
        throw translate(error);
      } finally {
        clearInterval(heart);
      }
    },
  };
}

/**
 * A session that a stopping worker ends is complete: the next one follows at once. Paused or reset
 * in the UI it must not count as complete.
 */
function leaveToServer({ cancellationDetails }: Context): void {
  if (cancellationDetails?.paused === true || cancellationDetails?.reset === true) {
    throw new CancelledFailure('paused or reset');
  }
}

/** Only a symbol that nobody listed is final; everything else is worth the next try. */
function translate(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'UnknownSymbolError') return error;
  return ApplicationFailure.nonRetryable(error.message, 'unknown_symbol');
}
