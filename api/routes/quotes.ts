import { z } from 'zod';
import { RefusalError } from '../../domain/refusal';
import { findQuotes } from '../queries/quotes';
import { QuoteResource, toQuoteResource } from '../resources/quote';
import { defineRoute } from '../route';
import { symbolList } from '../schemas/scalars';

export const getLatestQuotes = defineRoute({
  method: 'GET',
  path: '/quotes/latest',
  operationId: 'getLatestQuotes',
  tag: 'market data',
  summary: 'What the market offers now, by symbol',
  description: 'Without `symbols`: every symbol.',
  doors: ['short'],
  scope: 'read',
  query: z.object({ symbols: symbolList(100).optional() }),
  answers: {
    200: {
      description: 'Quotes by symbol',
      schema: z.object({ quotes: z.record(z.string(), QuoteResource) }),
    },
  },
  problems: ['asset_not_found'],
  async answer({ db }, { query }) {
    const wanted = query.symbols ?? [];
    const rows = await findQuotes(db, wanted);
    const found = new Set(rows.map((row) => row.symbol));
    const missing = wanted.filter((symbol) => !found.has(symbol));
    if (missing.length > 0) {
      throw new RefusalError('asset_not_found', `No prices for ${missing.join(', ')}.`, {
        field: 'symbols',
      });
    }
    const quotes = Object.fromEntries(rows.map((row) => [row.symbol, toQuoteResource(row)]));
    return { status: 200, body: { quotes } };
  },
});
