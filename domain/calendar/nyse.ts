import type { Calendar, ExchangeSession } from '../sessions';
import { dateOfDay, dayOf, dayOfDate } from './dates';
import { fromEasternTime } from './eastern-time';
import { closingMinutes, REGULAR_OPEN_MINUTES } from './nyse-days';

/** Years the table below covers; a market that runs on needs a new version some day. */
const FIRST_YEAR = 1990;
const LAST_YEAR = 2050;

let calendar: Extract<Calendar, { kind: 'exchange' }> | null = null;

/** All trading of the New York Stock Exchange from 1990 to 2050; worked out once. */
export function nyseCalendar(): Extract<Calendar, { kind: 'exchange' }> {
  calendar ??= {
    kind: 'exchange',
    sessions: sessionsOfDays(dayOf(FIRST_YEAR, 1, 1), dayOf(LAST_YEAR, 12, 31)),
  };
  return calendar;
}

/**
 * The sessions of New York on the days from one date to another, both included, by time.
 *
 * @param from - `YYYY-MM-DD`; what lies outside 1970 to 9999 is no date.
 * @throws RangeError if one of them is no date.
 */
export function nyseSessionsBetween(from: string, to: string): ExchangeSession[] {
  const [first, last] = [dayOfDate(from), dayOfDate(to)];
  if (first === null || last === null) throw new RangeError(`no date: ${from} or ${to}`);
  return sessionsOfDays(first, last);
}

function sessionsOfDays(first: number, last: number): ExchangeSession[] {
  const sessions: ExchangeSession[] = [];
  for (let day = first; day <= last; day += 1) {
    const closes = closingMinutes(day);
    if (closes === null) continue;
    sessions.push({
      tradingDay: dateOfDay(day),
      opensAtMs: fromEasternTime(day, REGULAR_OPEN_MINUTES),
      closesAtMs: fromEasternTime(day, closes),
    });
  }
  return sessions;
}
