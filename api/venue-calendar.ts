import type { Kysely } from 'kysely';
import { DAY_MS, dateOfDay } from '../domain/calendar/dates';
import { nyseCalendar } from '../domain/calendar/nyse';
import { CONTINUOUS, sessionAt, type SessionState, venueClock } from '../domain/sessions';
import type { Database } from '../schema/database';

/** One trading day of a venue. */
export interface VenueDay {
  /** `YYYY-MM-DD`. */
  readonly tradingDay: string;
  /** `YYYY-MM-DD`, when what was traded is paid and delivered. */
  readonly settlementDay: string;
  readonly opensAtMs: number;
  /** First moment after it. */
  readonly closesAtMs: number;
}

/** When the venue trades, as clock and calendar tell it; times are epoch milliseconds. */
export interface VenueCalendar {
  /** IANA name: the zone of the calendar's times of day. */
  readonly timeZone: string;
  stateAt(epochMs: number): SessionState;
  /** When the session after the one of `stateAt` opens. */
  nextOpenMs(epochMs: number): number;
  nextCloseMs(epochMs: number): number;
  /** Trading days from `first` to `last`, both `YYYY-MM-DD` and included, earliest first. */
  days(first: string, last: string): VenueDay[];
}

/**
 * Trades without a break; the next trading day opens in the moment in which one closes, and what
 * was traded is settled at once.
 */
export const continuousVenue: VenueCalendar = {
  timeZone: 'UTC',
  stateAt: (epochMs) => sessionAt(CONTINUOUS, epochMs),
  nextOpenMs: nextMidnight,
  nextCloseMs: nextMidnight,
  days(first, last) {
    const days: VenueDay[] = [];
    for (let day = dayOf(first); day <= dayOf(last); day += 1) {
      const tradingDay = dateOfDay(day);
      const opensAtMs = day * DAY_MS;
      const closesAtMs = opensAtMs + DAY_MS;
      days.push({ tradingDay, settlementDay: tradingDay, opensAtMs, closesAtMs });
    }
    return days;
  },
};

/** The New York Stock Exchange. */
const newYork: VenueCalendar = {
  timeZone: 'America/New_York',
  stateAt: (epochMs) => sessionAt(nyseCalendar(), epochMs),
  nextOpenMs: (epochMs) => known(venueClock(nyseCalendar(), epochMs).nextOpenMs),
  nextCloseMs: (epochMs) => known(venueClock(nyseCalendar(), epochMs).nextCloseMs),
  days(first, last) {
    const { sessions } = nyseCalendar();
    // What is traded last settles a few sessions later, so only what comes before is left out.
    const from = sessions.findIndex(({ tradingDay }) => tradingDay >= first);
    return sessions
      .slice(from < 0 ? sessions.length : from)
      .filter(({ tradingDay }) => tradingDay <= last)
      .map((session, index) => {
        const settled = sessions[from + index + sessionsToSettle(session.tradingDay)];
        return { ...session, settlementDay: settled?.tradingDay ?? session.tradingDay };
      });
  },
};

/** The first trading day of each shorter settlement in the United States. */
const SETTLEMENT_SINCE = [
  ['2024-05-28', 1],
  ['2017-09-05', 2],
  ['1995-06-07', 3],
] as const;

function sessionsToSettle(tradingDay: string): number {
  return SETTLEMENT_SINCE.find(([since]) => tradingDay >= since)?.[1] ?? 5;
}

function known(epochMs: number | null): number {
  if (epochMs === null) throw new RangeError('the calendar of New York has ended');
  return epochMs;
}

/** New York as soon as one symbol keeps its hours; a venue without such a symbol never closes. */
export async function findVenueCalendar(db: Kysely<Database>): Promise<VenueCalendar> {
  const listed = await db
    .selectFrom('assets')
    .select('symbol')
    .where('calendar', '=', 'nyse')
    .limit(1)
    .executeTakeFirst();
  return listed === undefined ? continuousVenue : newYork;
}

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

function nextMidnight(epochMs: number): number {
  return (Math.floor(epochMs / DAY_MS) + 1) * DAY_MS;
}
