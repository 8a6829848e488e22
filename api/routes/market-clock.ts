/** Clock and calendar by market, as the newer version of Alpaca's API asks for them. */
import { z } from 'zod';
import { invalidRequest } from '../fields';
import { formatMarketTime } from '../market-time';
import { readVenueCalendar } from '../queries/venue';
import { defineRoute } from '../route';
import { instant, timestampText, wordList } from '../schemas/scalars';
import type { VenueCalendar, VenueDay } from '../venue-calendar';
import { readDays } from './clock';

/** Whichever the name, there is one venue; others that Alpaca knows are not traded here. */
const MARKETS: Readonly<Record<string, { readonly mic: string; readonly name: string }>> = {
  NYSE: { mic: 'XNYS', name: 'New York Stock Exchange' },
  NASDAQ: { mic: 'XNAS', name: 'Nasdaq' },
};

const Market = z.object({
  acronym: z.string(),
  mic: z.string(),
  name: z.string(),
  timezone: z.string(),
});
type Market = z.infer<typeof Market>;

const EXAMPLE: Market = {
  acronym: 'NYSE',
  mic: 'XNYS',
  name: 'New York Stock Exchange',
  timezone: 'America/New_York',
};

const Clock = z.object({
  market: Market,
  timestamp: timestampText,
  is_market_day: z.boolean(),
  next_market_open: timestampText,
  next_market_close: timestampText,
  /** Alpaca's `pre`, `post` and `lunch` are no sessions here. */
  phase: z.enum(['core', 'closed']),
  phase_until: timestampText,
});

export const getMarketClocks = defineRoute({
  method: 'GET',
  path: '/clock',
  operationId: 'getMarketClocks',
  tag: 'calendar',
  summary: 'The clock of each market, now or at another time',
  description: '`NYSE` and `NASDAQ`, or their codes `XNYS` and `XNAS`: one venue under two names.',
  doors: ['newer'],
  scope: 'read',
  query: z.object({ markets: wordList(20).optional(), time: instant.optional() }),
  answers: {
    200: {
      description: 'One clock a market',
      schema: z.object({ clocks: z.array(Clock) }),
      example: {
        clocks: [
          {
            market: EXAMPLE,
            timestamp: '2026-01-15T09:30:00-05:00',
            is_market_day: true,
            next_market_open: '2026-01-16T09:30:00-05:00',
            next_market_close: '2026-01-15T16:00:00-05:00',
            phase: 'core',
            phase_until: '2026-01-15T16:00:00-05:00',
          },
        ],
      },
    },
  },
  problems: [],
  async answer({ db }, { query }) {
    const atMs = readTime(query.time);
    const calendar = await readVenueCalendar(db);
    const asked = query.markets ?? [];
    const names = asked.length === 0 ? Object.keys(MARKETS) : asked;
    const clocks = names.map((name) => toClock(readMarket(name, calendar), calendar, atMs));
    return { status: 200, body: { clocks } };
  },
});

const CalendarDay = z.object({
  date: z.string(),
  core_start: timestampText,
  core_end: timestampText,
  settlement_date: z.string(),
});

export const getMarketCalendar = defineRoute({
  method: 'GET',
  path: '/calendar/:market',
  operationId: 'getMarketCalendar',
  tag: 'calendar',
  summary: 'Trading days of a market, earliest first',
  description: "As `/v2/calendar`, with instants; `timezone=UTC` leaves out the venue's offset.",
  doors: ['newer'],
  scope: 'read',
  pathParameters: z.object({ market: z.string().max(20) }),
  query: z.object({
    start: instant.optional(),
    end: instant.optional(),
    timezone: z.enum(['UTC']).optional(),
  }),
  answers: {
    200: {
      description: 'Trading days',
      schema: z.object({ market: Market, calendar: z.array(CalendarDay) }),
      example: {
        market: EXAMPLE,
        calendar: [
          {
            date: '2026-01-15',
            core_start: '2026-01-15T09:30:00-05:00',
            core_end: '2026-01-15T16:00:00-05:00',
            settlement_date: '2026-01-16',
          },
        ],
      },
    },
  },
  problems: [],
  async answer({ db }, { path, query }) {
    const { first, last } = readDays(query);
    const calendar = await readVenueCalendar(db);
    const market = readMarket(path.market, calendar);
    const text =
      query.timezone === 'UTC'
        ? (epochMs: number) => new Date(epochMs).toISOString()
        : (epochMs: number) => formatMarketTime(calendar, epochMs);
    const days = calendar.days(first, last).map((day) => toCalendarDay(day, text));
    return { status: 200, body: { market, calendar: days } };
  },
});

const FIRST_MS = Date.parse('1970-01-01T00:00:00Z');
/** The calendar's end. */
const LAST_MS = Date.parse('2049-12-01T00:00:00Z');

function readTime(time: string | undefined): number {
  const atMs = time === undefined ? Date.now() : Date.parse(time);
  if (atMs >= FIRST_MS && atMs < LAST_MS) return atMs;
  const message = 'expected a time from 1970 to 2049';
  throw invalidRequest([{ field: 'time', rule: 'out_of_range', message }], 'query');
}

function readMarket(name: string, { timeZone }: VenueCalendar): Market {
  const found = Object.entries(MARKETS).find(([acronym, { mic }]) =>
    [acronym, mic].includes(name.toUpperCase()),
  );
  if (found !== undefined) return { acronym: found[0], ...found[1], timezone: timeZone };
  const message = `expected one of ${Object.keys(MARKETS).join(', ')}`;
  throw invalidRequest([{ field: 'market', rule: 'market', message }], 'query');
}

function toClock(market: Market, calendar: VenueCalendar, atMs: number): z.infer<typeof Clock> {
  const { open, nextOpenMs, nextCloseMs } = calendar.clockAt(atMs);
  const text = (epochMs: number) => formatMarketTime(calendar, epochMs);
  const day = text(atMs).slice(0, 10);
  return {
    market,
    timestamp: text(atMs),
    is_market_day: calendar.days(day, day).length > 0,
    next_market_open: text(nextOpenMs),
    next_market_close: text(nextCloseMs),
    phase: open ? 'core' : 'closed',
    phase_until: text(open ? nextCloseMs : nextOpenMs),
  };
}

function toCalendarDay(
  { tradingDay, settlementDay, opensAtMs, closesAtMs }: VenueDay,
  text: (epochMs: number) => string,
): z.infer<typeof CalendarDay> {
  return {
    date: tradingDay,
    core_start: text(opensAtMs),
    core_end: text(closesAtMs),
    settlement_date: settlementDay,
  };
}
