import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import type { Logger } from '../platform/logger';
import type { Database } from '../schema/database';
import type { Drain } from './drain';
import type { EventHub } from './events/event-hub';
import type { ApiLimits } from './limits';
import type { MarketHub } from './market-data/market-hub';
import type { ApiMetrics } from './metrics';
import type { InFlightLimit } from './orders/in-flight-limit';

/** What the routes work with; built once, in app.ts. */
export interface Dependencies {
  readonly db: Kysely<Database>;
  readonly temporal: Client;
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
  readonly events: EventHub;
  readonly market: MarketHub;
  readonly orderStarts: InFlightLimit;
  readonly drain: Drain;
  readonly limits: ApiLimits;
}
