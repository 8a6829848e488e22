import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import type { EverfillClient, Keys } from '../everfill-client';

/** What every scenario works with. */
export interface Bench {
  readonly everfill: EverfillClient;
  readonly temporal: Client;
  readonly db: Kysely<Database>;
  readonly accounts: readonly (Keys & { readonly accountId: string })[];
  /** Symbols whose prices stand still, with the ask they stand at. */
  readonly symbols: readonly { readonly symbol: string; readonly ask: number }[];
  /** Makes workflow and client order ids of one run differ from any other's. */
  readonly run: string;
}

export const BENCH_SYMBOLS = ['AAPL', 'MSFT', 'SPY', 'TSLA', 'AMZN'] as const;
