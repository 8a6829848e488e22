import { resolve } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { createAccount } from './accounts';
import type { Database } from './database';
import type { PriceSource } from './market-tables';
import { assetIdOf } from './asset-id';

/** The demo account has a fixed id, so that every installation's first account is the same one. */
const DEMO_ACCOUNT_ID = '00000000-0000-4000-8000-000000000001';
const DEMO_CASH = '100000';

export interface FeedChoice {
  readonly symbol: string;
  readonly name: string;
  /** Where the real thing is listed; absent: nowhere we know of. */
  readonly exchange?: string;
  readonly source: PriceSource;
}

export interface SeedOptions {
  readonly databaseUrl: string;
  readonly apiKeyId: string;
  readonly apiSecretKey: string;
  /** Symbols beside (or instead of) the built-in ones of the same name. */
  readonly feeds?: readonly FeedChoice[];
  /** When the simulated symbols trade; `null` leaves them as they are, at first continuous. */
  readonly calendar?: 'continuous' | 'nyse' | null;
  /** As what the demo account is opened: `margin` unless told, as Alpaca's paper accounts are. */
  readonly account?: 'margin' | 'cash';
}

const simulated = (seed: number, basePrice: string, volatility: number): PriceSource => ({
  kind: 'simulated',
  seed,
  base_price: basePrice,
  volatility,
  tick_ms: 500,
});

/** The real daily history that ships with Everfill: one trading day a second. */
function spxReplay(barsPerSecond = 1, from: string | null = null): PriceSource {
  const file = resolve(packageRoot(), 'data', 'spx-daily.csv');
  return { kind: 'replay', file, bars_per_second: barsPerSecond, from };
}

const listed = (
  symbol: string,
  name: string,
  exchange: string,
  source: PriceSource,
): FeedChoice => ({ symbol, name: `${name} (simulated)`, exchange, source });

const BUILT_IN_FEEDS: readonly FeedChoice[] = [
  listed('AAPL', 'Apple Inc.', 'NASDAQ', simulated(1, '190.00', 3)),
  listed('MSFT', 'Microsoft Corporation', 'NASDAQ', simulated(2, '415.00', 3)),
  listed('SPY', 'SPDR S&P 500 ETF', 'ARCA', simulated(3, '412.50', 2)),
  listed('TSLA', 'Tesla, Inc.', 'NASDAQ', simulated(4, '245.00', 6)),
  listed('AMZN', 'Amazon.com, Inc.', 'NASDAQ', simulated(5, '180.00', 4)),
  { symbol: 'SPX', name: 'S&P 500, real daily history (replayed)', source: spxReplay() },
];

/** Puts the demo account, its key, the assets and the venue's limits in place; safe to repeat. */
export async function seedDemo(options: SeedOptions): Promise<{ accountId: string }> {
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: new Pool({ connectionString: options.databaseUrl, max: 1 }),
    }),
  });
  try {
    await createAccount(db, {
      accountId: DEMO_ACCOUNT_ID,
      name: 'demo',
      cash: DEMO_CASH,
      multiplier: options.account === 'cash' ? 1 : 2,
      shortingEnabled: options.account !== 'cash',
      key: {
        keyId: options.apiKeyId,
        secret: options.apiSecretKey,
        scopes: ['trade', 'read', 'admin'],
      },
    });
    await seedLimits(db);
    for (const feed of feedsOf(options)) await seedAsset(db, feed, options.calendar ?? null);
    return { accountId: DEMO_ACCOUNT_ID };
  } finally {
    await db.destroy();
  }
}

function feedsOf({ feeds = [] }: SeedOptions): FeedChoice[] {
  const bySymbol = new Map([...BUILT_IN_FEEDS, ...feeds].map((feed) => [feed.symbol, feed]));
  return [...bySymbol.values()];
}

async function seedLimits(db: Kysely<Database>): Promise<void> {
  await db
    .insertInto('risk_limits')
    .values({
      account_id: null,
      max_order_quantity: '1000000',
      max_notional: '50000000',
      price_collar_ppm: 500_000,
      max_open_orders: 5_000,
    })
    .onConflict((conflict) => conflict.column('account_id').doNothing())
    .execute();
}

const VENUES = { simulated: 'SIM', replay: 'REPLAY', live: 'LIVE' } as const;

async function seedAsset(
  db: Kysely<Database>,
  feed: FeedChoice,
  wanted: 'continuous' | 'nyse' | null,
): Promise<void> {
  const source = JSON.stringify(feed.source);
  // A replay trades whenever its bars do.
  const calendar = feed.source.kind === 'replay' ? null : wanted;
  const exchange = feed.exchange ?? '';
  await db
    .insertInto('assets')
    .values({
      symbol: feed.symbol,
      asset_id: assetIdOf(feed.symbol),
      name: feed.name,
      venue: VENUES[feed.source.kind],
      exchange,
      asset_class: 'us_equity',
      shortable: true,
      fractionable: true,
      source,
      ...(calendar === null ? {} : { calendar }),
    })
    .onConflict((conflict) =>
      conflict.column('symbol').doUpdateSet({
        name: feed.name,
        source,
        exchange,
        ...(calendar === null ? {} : { calendar }),
      }),
    )
    .execute();
  await db
    .insertInto('feed_cursors')
    .values({ symbol: feed.symbol, state: '{}' })
    .onConflict((conflict) => conflict.column('symbol').doNothing())
    .execute();
}

/** The folder with package.json, from the sources and from `dist/` alike. */
function packageRoot(): string {
  const parent = resolve(__dirname, '..');
  return parent.endsWith('dist') ? resolve(parent, '..') : parent;
}
