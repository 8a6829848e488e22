import { z } from 'zod';
import { invalidRequest } from '../fields';
import { formatMarketTime } from '../market-time';
import { readVenueCalendar } from '../queries/venue';
import { defineRoute } from '../route';
import { instant, timestampText } from '../schemas/scalars';
import type { VenueCalendar, VenueDay } from '../venue-calendar';

export const getClock = defineRoute({
  method: 'GET',
  path: '/clock',
  operationId: 'getClock',
  tag: 'calendar',
  summary: 'Whether the venue trades now, and when that changes',
  description:
    'The exchange as soon as one asset keeps its hours. A venue that trades without a break is ' +
    'always open; its trading day ends, and the next one opens, at 00:00 UTC. Times have the ' +
    "venue's offset.",
  doors: ['alpaca'],
  scope: 'read',
  answers: {
    200: {
      description: 'The clock',
      schema: z.object({
        timestamp: timestampText,
        is_open: z.boolean(),
        next_open: timestampText,
        next_close: timestampText,
      }),
      example: {
        timestamp: '2026-01-15T14:30:00.123Z',
        is_open: true,
        next_open: '2026-01-16T00:00:00.000Z',
        next_close: '2026-01-16T00:00:00.000Z',
      },
    },
  },
  problems: [],
  async answer({ db }) {
    const now = Date.now();
    const calendar = await readVenueCalendar(db);
    const { open, nextOpenMs, nextCloseMs } = calendar.clockAt(now);
    const text = (epochMs: number) => formatMarketTime(calendar, epochMs);
    return {
      status: 200,
      body: {
        timestamp: text(now),
        is_open: open,
        next_open: text(nextOpenMs),
        next_close: text(nextCloseMs),
      },
    };
  },
});

const CalendarDay = z.object({
  date: z.string(),
  open: z.string(),
  close: z.string(),
  session_open: z.string(),
  session_close: z.string(),
  settlement_date: z.string(),
});
type CalendarDay = z.infer<typeof CalendarDay>;

/** About eleven years, so that an answer stays below a megabyte. */
const MAXIMUM_DAYS = 4_000;
const DAY_MS = 86_400_000;

export const getCalendar = defineRoute({
  method: 'GET',
  path: '/calendar',
  operationId: 'getCalendar',
  tag: 'calendar',
  summary: 'Trading days of the venue, earliest first',
  description:
    '`start` and `end` are included; by default this year and the next. Times of day are in the ' +
    "venue's zone, which is UTC where trading has no break; such a day is written to end at 23:59.",
  doors: ['alpaca'],
  scope: 'read',
  query: z.object({
    start: instant.optional(),
    end: instant.optional(),
    date_type: z.enum(['TRADING', 'SETTLEMENT']).optional(),
  }),
  answers: {
    200: {
      description: 'Trading days',
      schema: z.array(CalendarDay),
      example: [
        {
          date: '2026-01-15',
          open: '00:00',
          close: '23:59',
          session_open: '0000',
          session_close: '2359',
          settlement_date: '2026-01-15',
        },
      ],
    },
  },
  problems: [],
  async answer({ db }, { query }) {
    const { first, last } = readDays(query);
    const calendar = await readVenueCalendar(db);
    const settled = query.date_type === 'SETTLEMENT';
    const days = settled ? settledBetween(calendar, first, last) : calendar.days(first, last);
    const timeOfDay = clockFace(calendar.timeZone);
    return { status: 200, body: days.map((day) => toCalendarDay(day, timeOfDay)) };
  },
});

/**
 * The days a client asks for, by default this year and the next.
 *
 * @throws ProblemError for more than an answer should hold.
 */
export function readDays({ start, end }: { start?: string | undefined; end?: string | undefined }) {
  const year = new Date().getUTCFullYear();
  const first = start?.slice(0, 10) ?? `${year}-01-01`;
  const last = end?.slice(0, 10) ?? `${Math.max(year, Number(first.slice(0, 4))) + 1}-12-31`;
  if (Date.parse(last) - Date.parse(first) > MAXIMUM_DAYS * DAY_MS) {
    const message = `at most ${MAXIMUM_DAYS} days after start`;
    throw invalidRequest([{ field: 'end', rule: 'too_big', message }], 'query');
  }
  return { first, last };
}

/** A trade settles days after it, over a long weekend at most a week. */
function settledBetween(calendar: VenueCalendar, first: string, last: string): VenueDay[] {
  const earlier = new Date(Date.parse(first) - 10 * DAY_MS).toISOString().slice(0, 10);
  return calendar
    .days(earlier, last)
    .filter(({ settlementDay }) => settlementDay >= first && settlementDay <= last);
}

function toCalendarDay(day: VenueDay, timeOfDay: (ms: number) => string): CalendarDay {
  const open = timeOfDay(day.opensAtMs);
  const midnight = timeOfDay(day.closesAtMs);
  // 24:00 is a time of day that hardly any client can read.
  const close = midnight === '00:00' ? '23:59' : midnight;
  return {
    date: day.tradingDay,
    open,
    close,
    session_open: open.replace(':', ''),
    session_close: close.replace(':', ''),
    settlement_date: day.settlementDay,
  };
}

/** Writes the time of day that a clock of the zone shows, `HH:MM`. */
function clockFace(timeZone: string): (epochMs: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (epochMs) => format.format(epochMs);
}
