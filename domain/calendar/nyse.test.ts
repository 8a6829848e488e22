import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { venueClock, sessionAt } from '../sessions';
import { dayOfDate, weekdayOf } from './dates';
import { formatEasternTime } from './eastern-time';
import { nyseCalendar, nyseSessionsBetween } from './nyse';

const timesOf = (date: string): string => {
  const [session] = nyseSessionsBetween(date, date);
  if (session === undefined) return 'closed';
  const time = (ms: number): string => formatEasternTime(ms).slice(11, 16);
  return `${time(session.opensAtMs)}-${time(session.closesAtMs)}`;
};

/** Days of the week that the exchange was closed in a year. */
const closedDays = (year: number): string[] => {
  const open = new Set(nyseSessionsBetween(`${year}-01-01`, `${year}-12-31`).map(dateOf));
  const days: string[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 86_400_000) {
    const date = new Date(at).toISOString().slice(0, 10);
    const weekday = weekdayOf(dayOfDate(date) ?? 0);
    if (weekday > 0 && weekday < 6 && !open.has(date)) days.push(date.slice(5));
  }
  return days;
};
const dateOf = ({ tradingDay }: { tradingDay: string }): string => tradingDay;

// The holidays of each year as the exchange published them.
test.each([
  [1990, '01-01 02-19 04-13 05-28 07-04 09-03 11-22 12-25'],
  [1994, '02-21 04-01 04-27 05-30 07-04 09-05 11-24 12-26'],
  [1997, '01-01 02-17 03-28 05-26 07-04 09-01 11-27 12-25'],
  [1998, '01-01 01-19 02-16 04-10 05-25 07-03 09-07 11-26 12-25'],
  [1999, '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24'],
  [2001, '01-01 01-15 02-19 04-13 05-28 07-04 09-03 09-11 09-12 09-13 09-14 11-22 12-25'],
  [2004, '01-01 01-19 02-16 04-09 05-31 06-11 07-05 09-06 11-25 12-24'],
  [2005, '01-17 02-21 03-25 05-30 07-04 09-05 11-24 12-26'],
  [2007, '01-01 01-02 01-15 02-19 04-06 05-28 07-04 09-03 11-22 12-25'],
  [2011, '01-17 02-21 04-22 05-30 07-04 09-05 11-24 12-26'],
  [2012, '01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25'],
  [2018, '01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25'],
  [2021, '01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24'],
  [2022, '01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26'],
  [2023, '01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25'],
  [2024, '01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25'],
  [2025, '01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25'],
  [2026, '01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25'],
  [2027, '01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24'],
  [2028, '01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25'],
  [2033, '01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26'],
  [2035, '01-01 01-15 02-19 03-23 05-28 06-19 07-04 09-03 11-22 12-25'],
])('%i was closed on %s', (year, dates) => {
  expect(closedDays(year).join(' ')).toBe(dates);
});

test.each([
  ['1992-11-27', '09:30-14:00'],
  ['1992-12-24', '09:30-14:00'],
  ['1993-11-26', '09:30-13:00'],
  ['1996-07-05', '09:30-13:00'],
  ['1997-12-26', '09:30-13:00'],
  ['1999-12-31', '09:30-13:00'],
  ['2002-07-05', '09:30-13:00'],
  ['2003-12-26', '09:30-13:00'],
  ['2008-12-26', '09:30-16:00'],
  ['2012-07-03', '09:30-13:00'],
  ['2013-07-03', '09:30-13:00'],
  ['2013-07-05', '09:30-16:00'],
  ['2019-07-03', '09:30-13:00'],
  ['2020-07-02', '09:30-16:00'],
  ['2022-11-25', '09:30-13:00'],
  ['2023-07-03', '09:30-13:00'],
  ['2024-07-03', '09:30-13:00'],
  ['2024-11-29', '09:30-13:00'],
  ['2024-12-24', '09:30-13:00'],
  ['2025-07-03', '09:30-13:00'],
  ['2025-11-28', '09:30-13:00'],
  ['2025-12-24', '09:30-13:00'],
  ['2026-07-02', '09:30-16:00'],
  ['2026-11-27', '09:30-13:00'],
  ['2026-12-24', '09:30-13:00'],
  ['2027-11-26', '09:30-13:00'],
  ['2028-07-03', '09:30-13:00'],
  ['2026-01-09', '09:30-16:00'],
  ['2026-01-10', 'closed'],
])('%s was %s', (date, times) => {
  expect(timesOf(date)).toBe(times);
});

test('every day of the real prices in data/ is a session, and none is missing', () => {
  const file = readFileSync(join(__dirname, '../../data/spx-daily.csv'), 'utf8');
  const dates = file
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.slice(0, 10));
  const sessions = nyseSessionsBetween(dates[0] ?? '', dates[dates.length - 1] ?? '');
  expect(sessions.map(dateOf)).toEqual(dates);
});

test('the calendar of all years opens and closes in UTC as summer time has it', () => {
  const winter = sessionAt(nyseCalendar(), Date.parse('2026-01-09T14:30:00Z'));
  expect(winter).toMatchObject({ open: true, tradingDay: '2026-01-09' });
  const summer = sessionAt(nyseCalendar(), Date.parse('2026-07-10T13:29:59.999Z'));
  expect(summer).toMatchObject({ open: false, tradingDay: '2026-07-10' });
});

test.each([
  // The clocks went forward on Sunday the 8th and back on Sunday the 1st.
  { moment: '2026-03-06T14:29:59.999Z', open: false, day: '2026-03-06', closes: '21:00' },
  { moment: '2026-03-06T14:30:00Z', open: true, day: '2026-03-06', closes: '21:00' },
  { moment: '2026-03-09T13:29:59.999Z', open: false, day: '2026-03-09', closes: '20:00' },
  { moment: '2026-03-09T13:30:00Z', open: true, day: '2026-03-09', closes: '20:00' },
  { moment: '2026-10-30T19:59:59.999Z', open: true, day: '2026-10-30', closes: '20:00' },
  { moment: '2026-10-30T20:00:00Z', open: false, day: '2026-11-02', closes: '21:00' },
  { moment: '2026-11-02T14:00:00Z', open: false, day: '2026-11-02', closes: '21:00' },
  // A short Friday after Thanksgiving, a short Christmas Eve, and the days behind them.
  { moment: '2026-11-26T15:00:00Z', open: false, day: '2026-11-27', closes: '18:00' },
  { moment: '2026-11-27T17:59:59.999Z', open: true, day: '2026-11-27', closes: '18:00' },
  { moment: '2026-11-27T18:00:00Z', open: false, day: '2026-11-30', closes: '21:00' },
  { moment: '2026-12-24T18:00:00Z', open: false, day: '2026-12-28', closes: '21:00' },
  // The fourth of July is a Saturday: its Friday is closed, and Thursday is no short day.
  { moment: '2026-07-02T19:59:59.999Z', open: true, day: '2026-07-02', closes: '20:00' },
  { moment: '2026-07-03T15:00:00Z', open: false, day: '2026-07-06', closes: '20:00' },
])('at $moment the day is $day and ends at $closes', ({ moment, open, day, closes }) => {
  expect(sessionAt(nyseCalendar(), Date.parse(moment))).toMatchObject({
    open,
    tradingDay: day,
    closesAtMs: Date.parse(`${day}T${closes}:00Z`),
  });
});

test('its clock goes over a long weekend', () => {
  expect(venueClock(nyseCalendar(), Date.parse('2026-07-02T20:00:00Z'))).toEqual({
    open: false,
    nextOpenMs: Date.parse('2026-07-06T13:30:00Z'),
    nextCloseMs: Date.parse('2026-07-06T20:00:00Z'),
  });
});

test('what is no date is refused', () => {
  expect(() => nyseSessionsBetween('2026-02-30', '2026-03-01')).toThrow(RangeError);
});
