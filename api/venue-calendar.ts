import { dateOfDay, DAY_MS, dayOfDate } from '../domain/calendar/dates';
import { nyseCalendar, nyseSessionsBetween } from '../domain/calendar/nyse';
import { CONTINUOUS, type ExchangeSession, venueClock } from '../domain/sessions';

/** One trading day of a venue. */
export interface VenueDay extends ExchangeSession {
  /** `YYYY-MM-DD`, when what was traded is paid and delivered. */
  readonly settlementDay: string;
}

/** When the venue trades, as clock and calendar tell it; times are epoch milliseconds. */
export interface VenueCalendar {
  /** IANA name: the zone of the calendar's times of day. */
  readonly timeZone: string;
  /** @throws Error past the end of the calendar, in 2050. */
  clockAt(epochMs: number): {
    readonly open: boolean;
    readonly nextOpenMs: number;
    readonly nextCloseMs: number;
  };
  /** Trading days from `first` to `last`, both `YYYY-MM-DD` and included, earliest first. */
  days(first: string, last: string): VenueDay[];
}

export type CalendarKind = 'continuous' | 'nyse';

export function venueCalendarOf(kind: CalendarKind): VenueCalendar {
  const calendar = kind === 'nyse' ? nyseCalendar() : CONTINUOUS;
  return {
    timeZone: kind === 'nyse' ? 'America/New_York' : 'UTC',
    clockAt(epochMs) {
      const { open, nextOpenMs, nextCloseMs } = venueClock(calendar, epochMs);
      if (nextOpenMs === null || nextCloseMs === null) throw new Error('the calendar has ended');
      return { open, nextOpenMs, nextCloseMs };
    },
    days: kind === 'nyse' ? exchangeDays : continuousDays,
  };
}

/** A day follows the other, and what was traded is settled at once. */
function continuousDays(first: string, last: string): VenueDay[] {
  const days: VenueDay[] = [];
  const end = dayOfDate(last) ?? -1;
  for (let day = dayOfDate(first) ?? 0; day <= end; day += 1) {
    const tradingDay = dateOfDay(day);
    const opensAtMs = day * DAY_MS;
    days.push({ tradingDay, settlementDay: tradingDay, opensAtMs, closesAtMs: opensAtMs + DAY_MS });
  }
  return days;
}

/** Longer than three trading days ever took. */
const SETTLEMENT_DAYS = 14;

function exchangeDays(first: string, last: string): VenueDay[] {
  const end = dayOfDate(last);
  if (end === null || last < first) return [];
  const from = dayOfDate(first) === null ? '1970-01-01' : first;
  const sessions = nyseSessionsBetween(from, dateOfDay(end + SETTLEMENT_DAYS));
  return sessions
    .filter(({ tradingDay }) => tradingDay <= last)
    .map((session, index) => {
      const { tradingDay } = session;
      const settled = sessions[index + settlementLag(tradingDay)];
      return { ...session, settlementDay: settled?.tradingDay ?? tradingDay };
    });
}

/**
 * Trading days between a trade and its settlement.
 *
 * @see SEC Rule 15c6-1 as amended in 1993, 2017 and 2023.
 */
function settlementLag(tradingDay: string): number {
  if (tradingDay >= '2024-05-28') return 1;
  return tradingDay >= '2017-09-05' ? 2 : 3;
}
