import { z } from 'zod';
import { RefusalError } from '../../../domain/refusal';
import {
  type LatestReader,
  readLatestBars,
  readLatestQuotes,
  readLatestTrades,
  readSnapshots,
} from '../../market-data/latest';
import { findAsset } from '../../queries/assets';
import { StockBar, StockQuote, StockTrade } from '../../resources/market-data';
import { defineRoute, type Route } from '../../route';
import { symbol, symbolList } from '../../schemas/scalars';

const MAXIMUM_SYMBOLS = 100;

/** Of every price here. */
const currency = z.literal('USD');

const SnapshotResource = z.object({
  latestTrade: StockTrade.optional(),
  latestQuote: StockQuote.optional(),
  minuteBar: StockBar.optional(),
  /** Of the market's present day, in UTC. */
  dailyBar: StockBar.optional(),
  prevDailyBar: StockBar.optional(),
});

interface LatestSpec<Item> {
  readonly operation: string;
  readonly what: string;
  readonly read: LatestReader<Item>;
  readonly singlePath: string;
  readonly single: z.ZodObject;
  readonly bodyOfOne: (symbol: string, item: Item) => object;
  readonly multiPath: string;
  readonly multi: z.ZodType;
  readonly bodyOfMany: (items: Record<string, Item>) => object;
}

function defineLatestRoutes<Item>(spec: LatestSpec<Item>): readonly [single: Route, multi: Route] {
  const common = { method: 'GET', tag: 'market data', doors: ['data'], scope: 'read' } as const;
  const single = defineRoute({
    ...common,
    path: spec.singlePath,
    operationId: `getStock${spec.operation}`,
    summary: `${spec.what} of one symbol`,
    pathParameters: z.object({ symbol }),
    answers: { 200: { description: spec.what, schema: spec.single } },
    problems: ['asset_not_found'],
    async answer({ db }, { path }) {
      const asset = await findAsset(db, path.symbol);
      const name = asset?.symbol ?? path.symbol;
      const item = asset === undefined ? undefined : (await spec.read(db, [name]))[name];
      if (item === undefined) {
        const why = asset === undefined ? 'There is no asset' : 'There are no prices yet of';
        throw new RefusalError('asset_not_found', `${why} ${name}.`, {
          field: 'symbol',
          ...(asset === undefined ? { symbol: name } : {}),
        });
      }
      return { status: 200, body: spec.bodyOfOne(name, item) };
    },
  });
  const multi = defineRoute({
    ...common,
    path: spec.multiPath,
    operationId: `getStocks${spec.operation}`,
    summary: `${spec.what} of several symbols`,
    description: 'Symbols that have none, or that nobody knows, are absent.',
    query: z.object({ symbols: symbolList(MAXIMUM_SYMBOLS) }),
    answers: { 200: { description: `${spec.what} by symbol`, schema: spec.multi } },
    problems: [],
    async answer({ db }, { query }) {
      return { status: 200, body: spec.bodyOfMany(await spec.read(db, query.symbols)) };
    },
  });
  return [single, multi];
}

/** The two routes `/stocks/{symbol}/<kind>s/latest` and `/stocks/<kind>s/latest`. */
function defineLatestOf<Item>(
  kind: 'bar' | 'quote' | 'trade',
  item: z.ZodType<Item>,
  read: LatestReader<Item>,
): readonly [single: Route, multi: Route] {
  const name = kind.charAt(0).toUpperCase() + kind.slice(1);
  return defineLatestRoutes({
    operation: `Latest${name}`,
    what: `The latest ${kind}`,
    read,
    singlePath: `/stocks/:symbol/${kind}s/latest`,
    single: z.object({ symbol: z.string(), [kind]: item, currency }),
    bodyOfOne: (of, found) => ({ symbol: of, [kind]: found, currency: 'USD' }),
    multiPath: `/stocks/${kind}s/latest`,
    multi: z.object({ [`${kind}s`]: z.record(z.string(), item), currency }),
    bodyOfMany: (items) => ({ [`${kind}s`]: items, currency: 'USD' }),
  });
}

export const latestRoutes: readonly Route[] = [
  ...defineLatestOf('bar', StockBar, readLatestBars),
  ...defineLatestOf('quote', StockQuote, readLatestQuotes),
  ...defineLatestOf('trade', StockTrade, readLatestTrades),
  ...defineLatestRoutes({
    operation: 'Snapshot',
    what: 'Latest trade, quote and bars',
    read: readSnapshots,
    singlePath: '/stocks/:symbol/snapshot',
    single: z.object({ symbol: z.string(), ...SnapshotResource.shape, currency }),
    bodyOfOne: (of, snapshot) => ({ symbol: of, ...snapshot, currency: 'USD' }),
    multiPath: '/stocks/snapshots',
    multi: z.record(z.string(), SnapshotResource),
    bodyOfMany: (snapshots) => snapshots,
  }),
];
