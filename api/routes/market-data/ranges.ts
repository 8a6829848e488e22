import { z } from 'zod';
import { barReader, readQuotes, readTrades } from '../../market-data/readers';
import { parseTimeframe } from '../../market-data/timeframe';
import { StockBar, StockQuote, StockTrade } from '../../resources/market-data';
import type { Route } from '../../route';
import { defineRangeRoutes } from './range-routes';

const timeframe = z
  .string()
  .transform((text, context) => {
    const width = parseTimeframe(text);
    if (width !== null) return width;
    context.addIssue({
      code: 'custom',
      params: { rule: 'timeframe' },
      message: 'expected 1Min to 59Min, 1Hour to 23Hour, 1Day, 1Week or 1, 2, 3, 4, 6, 12Month',
    });
    return z.NEVER;
  })
  .meta({ type: 'string', examples: ['5Min'] });

const RANGE =
  'From `start` to `end`, both inclusive, RFC 3339; without `start` from the beginning of the ' +
  "day that the market's clock shows, which runs ahead of the wall's where prices are replayed. ";

const barRoutes = defineRangeRoutes({
  name: 'bars',
  item: StockBar,
  query: { timeframe },
  description:
    `${RANGE}Bars are folded from one-minute bars; an interval without a print has none, days ` +
    'and longer begin at midnight in New York where the symbol keeps the hours of the exchange, ' +
    'else of UTC, and a bar under way is shown as it stands.',
  readerOf: ({ timeframe: width }) => barReader(width),
});

const quoteRoutes = defineRangeRoutes({
  name: 'quotes',
  item: StockQuote,
  query: {},
  description: `${RANGE}Sizes are shares. The newest 50,000 steps of each market are kept.`,
  readerOf: () => readQuotes,
});

const tradeRoutes = defineRangeRoutes({
  name: 'trades',
  item: StockTrade,
  query: {},
  description:
    `${RANGE}The feed's prints and the trades of all accounts. The newest 50,000 steps of each ` +
    'market are kept.',
  readerOf: () => readTrades,
});

export const rangeRoutes: readonly Route[] = [...barRoutes, ...quoteRoutes, ...tradeRoutes];
