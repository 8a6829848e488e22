import { dayOf, dayOfDate, easterSunday, nthWeekday, partsOfDay, weekdayOf } from './dates';

/**
 * On which days the New York Stock Exchange trades, and until when: its rules 7.2 and 7.1 as
 * published, with what was decided for single days. Good from 1990 on; later years follow the
 * rules as they are today.
 *
 * @see https://www.nyse.com/markets/hours-calendars
 */

const [SUNDAY, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY] = [0, 1, 2, 3, 4, 5, 6];

export const REGULAR_OPEN_MINUTES = 9 * 60 + 30;
const REGULAR_CLOSE_MINUTES = 16 * 60;
const EARLY_CLOSE_MINUTES = 13 * 60;
/** As it was until 1992. */
const OLD_EARLY_CLOSE_MINUTES = 14 * 60;

/** Days on which the exchange stayed closed for a reason of its own. */
const SPECIAL_CLOSURES: ReadonlySet<number> = daysOf(
  '1994-04-27', // mourning of Richard Nixon
  '2001-09-11', // attack on the World Trade Center
  '2001-09-12',
  '2001-09-13',
  '2001-09-14',
  '2004-06-11', // mourning of Ronald Reagan
  '2007-01-02', // mourning of Gerald Ford
  '2012-10-29', // hurricane Sandy
  '2012-10-30',
  '2018-12-05', // mourning of George H. W. Bush
  '2025-01-09', // mourning of Jimmy Carter
);

const SPECIAL_EARLY_CLOSES: ReadonlySet<number> = daysOf('1997-12-26', '1999-12-31', '2003-12-26');

/**
 * When trading ends on a day.
 *
 * @returns Minutes after midnight in New York; `null` if the exchange is closed all day.
 */
export function closingMinutes(day: number): number | null {
  const weekday = weekdayOf(day);
  if (weekday === SUNDAY || weekday === SATURDAY) return null;
  if (SPECIAL_CLOSURES.has(day) || isHoliday(day)) return null;
  if (!isEarlyClose(day)) return REGULAR_CLOSE_MINUTES;
  return partsOfDay(day).year < 1993 ? OLD_EARLY_CLOSE_MINUTES : EARLY_CLOSE_MINUTES;
}

function isHoliday(day: number): boolean {
  const { year, month } = partsOfDay(day);
  return holidaysOf(year, month).includes(day);
}

/** The holidays that fall, as observed, into a month; by month, because every day asks. */
function holidaysOf(year: number, month: number): number[] {
  switch (month) {
    case 1: {
      const newYear = dayOf(year, 1, 1);
      // On a Saturday it is not observed: the old year's accounts are closed on the Friday.
      const observed = weekdayOf(newYear) === SUNDAY ? newYear + 1 : newYear;
      return year >= 1998 ? [observed, nthWeekday(year, 1, MONDAY, 3)] : [observed];
    }
    case 2:
      return [nthWeekday(year, 2, MONDAY, 3)];
    case 3:
    case 4:
      return [easterSunday(year) - 2];
    case 5:
      return [nthWeekday(year, 5, MONDAY, -1)];
    case 6:
      return year >= 2022 ? [nearestWorkday(dayOf(year, 6, 19))] : [];
    case 7:
      return [nearestWorkday(dayOf(year, 7, 4))];
    case 9:
      return [nthWeekday(year, 9, MONDAY, 1)];
    case 11:
      return [thanksgiving(year)];
    case 12:
      return [nearestWorkday(dayOf(year, 12, 25))];
    default:
      return [];
  }
}

/** Saturday's holidays are observed on Friday, Sunday's on Monday. */
function nearestWorkday(day: number): number {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY) return day - 1;
  return weekday === SUNDAY ? day + 1 : day;
}

const thanksgiving = (year: number): number => nthWeekday(year, 11, THURSDAY, 4);

/** Of a day that is no holiday. */
function isEarlyClose(day: number): boolean {
  if (SPECIAL_EARLY_CLOSES.has(day)) return true;
  const { year, month, dayOfMonth } = partsOfDay(day);
  if (month === 11) return year >= 1992 && day === thanksgiving(year) + 1;
  if (month === 12) return dayOfMonth === 24;
  if (month !== 7 || year < 1995) return false;
  const weekday = weekdayOf(day);
  // Around a Thursday the fourth it was Friday that was short, and since 2013 is Wednesday.
  if (dayOfMonth === 5) return weekday === FRIDAY && year < 2013;
  if (dayOfMonth !== 3) return false;
  if (weekday === WEDNESDAY) return year >= 2013;
  return weekday === MONDAY || weekday === TUESDAY || weekday === THURSDAY;
}

function daysOf(...dates: readonly string[]): Set<number> {
  return new Set(
    dates.map((date) => {
      const day = dayOfDate(date);
      if (day === null) throw new RangeError(`${date} is no date`);
      return day;
    }),
  );
}
