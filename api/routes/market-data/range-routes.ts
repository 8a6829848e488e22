import { z } from 'zod';
import { RefusalError } from '../../../domain/refusal';
import type { Dependencies } from '../../dependencies';
import { invalidRequest } from '../../fields';
import { formatPageToken, parsePageToken } from '../../market-data/page-token';
import { type DataReader, type Page, readPage } from '../../market-data/read-pages';
import { findAsset } from '../../queries/assets';
import { defineRoute, type Route } from '../../route';
import { instant, symbol, symbolList, wholeNumber } from '../../schemas/scalars';

const MAXIMUM_SYMBOLS = 100;

/** What every range takes; Alpaca's `feed`, `currency`, `adjustment` and `asof` change nothing. */
const rangeQuery = {
  start: instant.optional(),
  end: instant.optional(),
  limit: wholeNumber(1, 10_000).optional(),
  sort: z.enum(['asc', 'desc']).default('asc'),
  page_token: z.string().max(400).optional(),
};
type AskedRange = z.infer<z.ZodObject<typeof rangeQuery>>;

const nextPageToken = z
  .string()
  .nullable()
  .meta({ examples: [null] });

/** Of every price here. */
const currency = z.literal('USD');

export interface RangeSpec<Item, Extra extends z.ZodRawShape> {
  /** `bars`, `quotes` or `trades`: the last part of the path and the field of the answer. */
  readonly name: string;
  readonly item: z.ZodType<Item>;
  /** Query parameters of this kind alone. */
  readonly query: Extra;
  readonly description: string;
  readonly readerOf: (query: z.infer<z.ZodObject<Extra>>) => DataReader<Item>;
}

const COMMON = { method: 'GET', tag: 'market data', doors: ['data'], scope: 'read' } as const;

/** The two routes of a kind of data: of one symbol, and of several. */
export function defineRangeRoutes<Item, Extra extends z.ZodRawShape>(
  spec: RangeSpec<Item, Extra>,
): readonly [single: Route, multi: Route] {
  return [defineSingle(spec), defineMulti(spec)];
}

function defineSingle<Item, Extra extends z.ZodRawShape>(spec: RangeSpec<Item, Extra>): Route {
  const { name, item, description } = spec;
  return defineRoute<{ symbol: string }, AskedRange>({
    ...COMMON,
    path: `/stocks/:symbol/${name}`,
    operationId: `getStock${titleOf(name)}`,
    summary: `${titleOf(name)} of one symbol in a range of its market's time`,
    description,
    pathParameters: z.object({ symbol }),
    query: z.object({ ...rangeQuery, ...spec.query }) as never,
    answers: {
      200: {
        description: 'One page, by time',
        schema: z.object({
          symbol: z.string(),
          [name]: z.array(item),
          currency,
          next_page_token: nextPageToken,
        }),
      },
    },
    problems: ['asset_not_found'],
    async answer(dependencies, { path, query }) {
      const asset = await findAsset(dependencies.db, path.symbol);
      if (asset === undefined) {
        throw new RefusalError('asset_not_found', `There is no asset ${path.symbol}.`, {
          field: 'symbol',
          symbol: path.symbol,
        });
      }
      const page = await readAskedPage(dependencies, spec, [asset.symbol], query);
      const body = { symbol: asset.symbol, [name]: page.items[asset.symbol] ?? [] };
      return { status: 200, body: { ...body, currency: 'USD', next_page_token: tokenOf(page) } };
    },
  });
}

function defineMulti<Item, Extra extends z.ZodRawShape>(spec: RangeSpec<Item, Extra>): Route {
  const { name, item, description } = spec;
  return defineRoute<Record<string, never>, AskedRange & { symbols: string[] }>({
    ...COMMON,
    path: `/stocks/${name}`,
    operationId: `getStocks${titleOf(name)}`,
    summary: `${titleOf(name)} of several symbols in a range of their markets' time`,
    description: `${description} By symbol, then by time; symbols without any are absent.`,
    query: z.object({
      symbols: symbolList(MAXIMUM_SYMBOLS),
      ...rangeQuery,
      ...spec.query,
    }) as never,
    answers: {
      200: {
        description: 'One page, by symbol and time',
        schema: z.object({
          [name]: z.record(z.string(), z.array(item)),
          currency,
          next_page_token: nextPageToken,
        }),
      },
    },
    problems: [],
    async answer(dependencies, { query }) {
      const page = await readAskedPage(dependencies, spec, query.symbols, query);
      const body = { [name]: page.items, currency: 'USD', next_page_token: tokenOf(page) };
      return { status: 200, body };
    },
  });
}

const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const DEFAULT_LIMIT = 1_000;

async function readAskedPage<Item, Extra extends z.ZodRawShape>(
  { db }: Dependencies,
  spec: RangeSpec<Item, Extra>,
  symbols: readonly string[],
  query: AskedRange,
): Promise<Page<Item>> {
  const { start, end, sort, limit, page_token: token } = query;
  // Parsed by the schema that the two are halves of.
  const reader = spec.readerOf(query as unknown as z.infer<z.ZodObject<Extra>>);
  const from = token === undefined || token === '' ? null : parsePageToken(token);
  const window = { start, end, direction: sort };
  const page =
    from === null && token !== undefined && token !== ''
      ? null
      : await readPage(db, reader, symbols, window, limit ?? DEFAULT_LIMIT, from);
  if (page !== null) return page;
  const message = 'expected the next_page_token of the page before';
  throw invalidRequest([{ field: 'page_token', rule: 'page_token', message }], 'query');
}

const tokenOf = ({ next }: Page<unknown>): string | null =>
  next === null ? null : formatPageToken(next);
