import { DAY_MS, dateOfDay } from '../domain/calendar/dates';
import { CONTINUOUS, sessionAt, type SessionState } from '../domain/sessions';

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
export const venueCalendar: VenueCalendar = {
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

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;

function nextMidnight(epochMs: number): number {
  return (Math.floor(epochMs / DAY_MS) + 1) * DAY_MS;
}
