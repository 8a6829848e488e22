import { z } from 'zod';
import { RefusalError } from '../../domain/refusal';
import { findAsset } from '../queries/assets';
import { findBars, TIMEFRAMES, type Timeframe } from '../queries/bars';
import { BarResource, toBarResource } from '../resources/bar';
import { defineRoute } from '../route';
import { instant, symbol, wholeNumber } from '../schemas/scalars';

const timeframes = Object.keys(TIMEFRAMES) as [Timeframe, ...Timeframe[]];

export const getBars = defineRoute({
  method: 'GET',
  path: '/bars',
  operationId: 'getBars',
  tag: 'market data',
  summary: 'Candles of one symbol, on the clock of its market',
  description:
    'Without `start` the newest `limit` candles, otherwise the first ones from `start`; always ' +
    'oldest first. `start` is inclusive, `end` exclusive. An interval without trades has none.',
  doors: ['short'],
  scope: 'read',
  query: z.object({
    symbol,
    timeframe: z.enum(timeframes).default('1Min'),
    start: instant.optional(),
    end: instant.optional(),
    limit: wholeNumber(1, 1_000).optional(),
  }),
  answers: {
    200: {
      description: 'Candles, oldest first',
      schema: z.object({
        symbol: z.string(),
        timeframe: z.enum(timeframes),
        bars: z.array(BarResource),
      }),
    },
  },
  problems: ['asset_not_found'],
  async answer({ db }, { query }) {
    const asset = await findAsset(db, query.symbol);
    if (asset === undefined) {
      throw new RefusalError('asset_not_found', `There is no asset ${query.symbol}.`, {
        field: 'symbol',
        symbol: query.symbol,
      });
    }
    const newest = query.start === undefined;
    const rows = await findBars(db, {
      symbol: asset.symbol,
      width: TIMEFRAMES[query.timeframe],
      start: query.start,
      end: query.end,
      limit: query.limit ?? 100,
      direction: newest ? 'desc' : 'asc',
    });
    const bars = (newest ? rows.reverse() : rows).map(toBarResource);
    return { status: 200, body: { symbol: asset.symbol, timeframe: query.timeframe, bars } };
  },
});
