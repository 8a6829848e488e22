/** Dates of the Gregorian calendar as days since 1970-01-01, from there to the year 9999. */

export const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_FIRST_DAY = 4;

/** The date of a day as `YYYY-MM-DD`. */
export function dateOfDay(day: number): string {
  const { year, month, dayOfMonth } = partsOfDay(day);
  return `${year}-${twoDigits(month)}-${twoDigits(dayOfMonth)}`;
}

/**
 * The day of a date.
 *
 * @param text - `YYYY-MM-DD`.
 * @returns `null` if it is no date, or one before 1970.
 */
export function dayOfDate(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const [year, month, dayOfMonth] = match.slice(1).map(Number) as [number, number, number];
  if (year < 1970) return null;
  const length = monthLengths(year)[month - 1];
  if (length === undefined || dayOfMonth < 1 || dayOfMonth > length) return null;
  return dayOf(year, month, dayOfMonth);
}

export interface DateParts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly dayOfMonth: number;
}

export function partsOfDay(day: number): DateParts {
  let year = 1970 + Math.floor(day / 366);
  while (daysBeforeYear(year + 1) <= day) year += 1;
  let left = day - daysBeforeYear(year);
  let month = 1;
  for (const length of monthLengths(year)) {
    if (left < length) break;
    left -= length;
    month += 1;
  }
  return { year, month, dayOfMonth: left + 1 };
}

export function dayOf(year: number, month: number, dayOfMonth: number): number {
  let day = daysBeforeYear(year) + dayOfMonth - 1;
  for (const length of monthLengths(year).slice(0, month - 1)) day += length;
  return day;
}

/** 0 is Sunday, 6 is Saturday. */
export function weekdayOf(day: number): number {
  return (day + WEEKDAY_OF_FIRST_DAY) % 7;
}

/** The `count`th of a weekday in a month; with -1 the last one. */
export function nthWeekday(year: number, month: number, weekday: number, count: number): number {
  if (count > 0) {
    const first = dayOf(year, month, 1);
    return first + ((weekday - weekdayOf(first) + 7) % 7) + (count - 1) * 7;
  }
  const last = dayOf(year, month, monthLengths(year)[month - 1] ?? 0);
  return last - ((weekdayOf(last) - weekday + 7) % 7);
}

/**
 * Easter Sunday of the western churches.
 *
 * @see "Anonymous Gregorian algorithm", Nature, 20 April 1876.
 */
export function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const ofCentury = year % 100;
  const skippedLeaps = century - Math.floor(century / 4);
  const moonShift = Math.floor((8 * century + 13) / 25);
  const epact = (19 * golden + skippedLeaps - moonShift + 15) % 30;
  const weekShift =
    (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7;
  const correction = Math.floor((golden + 11 * epact + 22 * weekShift) / 451);
  const march = epact + weekShift - 7 * correction + 22;
  return dayOf(year, 3, 1) + march - 1;
}

/** Days from 1970-01-01 to the first of January of `year`. */
function daysBeforeYear(year: number): number {
  const leaps = (before: number): number =>
    Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return (year - 1970) * 365 + leaps(year - 1) - leaps(1969);
}

function monthLengths(year: number): readonly number[] {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
