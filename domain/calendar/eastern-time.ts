import { DAY_MS, dateOfDay, nthWeekday, partsOfDay } from './dates';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const STANDARD_OFFSET_MS = -5 * HOUR_MS;
const SUMMER_OFFSET_MS = -4 * HOUR_MS;
/** Clocks are changed at two o'clock of the local time that ends. */
const CHANGE_AT_MS = 2 * HOUR_MS;
const SUNDAY = 0;
/** From this year on summer time is three to four weeks longer (Energy Policy Act of 2005). */
const LONGER_SUMMER_FROM = 2007;

/** A moment on the clocks of New York. */
export interface EasternTime {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Since midnight, wherever the hands stand; 0 to 86,399,999. */
  readonly timeMs: number;
  /** What was added to UTC, ms: below zero. */
  readonly offsetMs: number;
}

/**
 * @param epochMs - Since 1987, when today's kind of rule began; before, summer is a little off.
 */
export function toEasternTime(epochMs: number): EasternTime {
  const offsetMs = offsetAt(epochMs);
  const local = epochMs + offsetMs;
  const day = Math.floor(local / DAY_MS);
  return { date: dateOfDay(day), timeMs: local - day * DAY_MS, offsetMs };
}

/**
 * The moment at which the clocks of New York show a time.
 *
 * @param day - Days since 1970-01-01.
 * @param minutes - Since midnight; not between two and three when clocks are changed.
 */
export function fromEasternTime(day: number, minutes: number): number {
  const local = day * DAY_MS + minutes * MINUTE_MS;
  const summer = local - SUMMER_OFFSET_MS;
  return offsetAt(summer) === SUMMER_OFFSET_MS ? summer : local - STANDARD_OFFSET_MS;
}

/** RFC 3339 with New York's offset, to the second, as `2026-01-09T09:30:00-05:00`. */
export function formatEasternTime(epochMs: number): string {
  const { date, timeMs, offsetMs } = toEasternTime(epochMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(timeMs / 1_000);
  const [hour, minute] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return `${date}T${two(hour)}:${two(minute)}:${two(seconds % 60)}-${two(-offsetMs / HOUR_MS)}:00`;
}

function offsetAt(epochMs: number): number {
  const { year } = partsOfDay(Math.floor((epochMs + STANDARD_OFFSET_MS) / DAY_MS));
  const { from, to } = summerOf(year);
  return epochMs >= from && epochMs < to ? SUMMER_OFFSET_MS : STANDARD_OFFSET_MS;
}

function summerOf(year: number): { from: number; to: number } {
  const [first, last] =
    year >= LONGER_SUMMER_FROM
      ? [nthWeekday(year, 3, SUNDAY, 2), nthWeekday(year, 11, SUNDAY, 1)]
      : [nthWeekday(year, 4, SUNDAY, 1), nthWeekday(year, 10, SUNDAY, -1)];
  return {
    from: first * DAY_MS + CHANGE_AT_MS - STANDARD_OFFSET_MS,
    to: last * DAY_MS + CHANGE_AT_MS - SUMMER_OFFSET_MS,
  };
}
