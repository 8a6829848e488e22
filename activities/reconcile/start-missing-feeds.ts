import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { feedWorkflowId } from '../../workflows/contract';
import { ensureFeeds, findSymbols } from '../ensure-feeds';
import { describeNewestRun } from './newest-run';

export interface FeedsFound {
  readonly symbols: number;
  /** Symbols whose feed did not run. */
  readonly started: readonly string[];
}

/** Starts the feed of every asset that has none; safe to repeat, one feed a symbol runs at once. */
export async function startMissingFeeds(
  db: Kysely<Database>,
  temporal: Client,
): Promise<FeedsFound> {
  const symbols = await findSymbols(db);
  const runs = await Promise.all(
    symbols.map((symbol) => describeNewestRun(temporal, feedWorkflowId(symbol))),
  );
  const missing = symbols.filter((_, index) => runs[index]?.running !== true);
  await ensureFeeds(temporal, missing);
  return { symbols: symbols.length, started: missing };
}
