import type { Client } from '@temporalio/client';
import { type Kysely, sql } from 'kysely';
import { LIMITS } from '../platform/limits';
import type { Database } from '../schema/database';
import {
  feedWorkflowId,
  searchAttribute,
  TASK_QUEUES,
  WORKFLOW_TYPES,
} from '../workflows/contract';

/** Every symbol that has a market, in alphabetical order. */
export async function findSymbols(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('assets').select('symbol').orderBy('symbol').execute();
  return rows.map(({ symbol }) => symbol);
}

/** Symbols whose prices come from the stream of live prices. */
export async function findLiveSymbols(db: Kysely<Database>): Promise<string[]> {
  const rows = await db
    .selectFrom('assets')
    .select('symbol')
    .where(sql<string>`source->>'kind'`, '=', 'live')
    .orderBy('symbol')
    .execute();
  return rows.map(({ symbol }) => symbol);
}

/** Symbols nobody can trade at the market yet, because no price of theirs was ever seen. */
export async function findUnpricedSymbols(db: Kysely<Database>): Promise<string[]> {
  const rows = await db
    .selectFrom('feed_cursors')
    .select('symbol')
    .where('print', 'is', null)
    .orderBy('symbol')
    .execute();
  return rows.map(({ symbol }) => symbol);
}

/**
 * Starts the feed workflow of each symbol that has none running. Safe to repeat, from any number of
 * processes at once.
 */
export async function ensureFeeds(client: Client, symbols: readonly string[]): Promise<void> {
  for (const symbol of symbols) {
    await client.workflow.start(WORKFLOW_TYPES.feed, {
      workflowId: feedWorkflowId(symbol),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      taskQueue: TASK_QUEUES.feed,
      workflowTaskTimeout: LIMITS.workflowTaskTimeoutMs,
      args: [{ symbol }],
      staticSummary: `market of ${symbol}`,
      typedSearchAttributes: [searchAttribute('EverfillSymbol', symbol)],
    });
  }
}
