/** When a venue trades. Times are epoch milliseconds of the market clock. */

const DAY_MS = 86_400_000;

/** One stretch of trading of an exchange. */
export interface ExchangeSession {
  /** `YYYY-MM-DD`, the day its trades count for. */
  readonly tradingDay: string;
  readonly opensAtMs: number;
  /** First moment after it. */
  readonly closesAtMs: number;
}

export type Calendar =
  /** Trades without a break; a trading day ends, and day orders expire, at 00:00 UTC. */
  | { readonly kind: 'continuous' }
  /** Earliest session first, none overlapping; what is not listed is closed. */
  | { readonly kind: 'exchange'; readonly sessions: readonly ExchangeSession[] };

export const CONTINUOUS: Calendar = { kind: 'continuous' };

/** How a venue stands at a moment. */
export interface SessionState {
  readonly open: boolean;
  /** Of the running session, or of the next one while closed; `null` after the last one listed. */
  readonly tradingDay: string | null;
  /** When the running session began, or the next one will. */
  readonly opensAtMs: number | null;
  /** When that session ends and its day orders expire. */
  readonly closesAtMs: number | null;
}

const NO_MORE_SESSIONS: SessionState = {
  open: false,
  tradingDay: null,
  opensAtMs: null,
  closesAtMs: null,
};

export function sessionAt(calendar: Calendar, epochMs: number): SessionState {
  if (calendar.kind === 'continuous') return dayOfContinuous(epochMs);
  const session = firstNotOver(calendar.sessions, epochMs);
  return session === undefined
    ? NO_MORE_SESSIONS
    : { ...session, open: session.opensAtMs <= epochMs };
}

function dayOfContinuous(epochMs: number): SessionState {
  const day = Math.floor(epochMs / DAY_MS);
  return {
    open: true,
    tradingDay: dateOfDay(day),
    opensAtMs: day * DAY_MS,
    closesAtMs: (day + 1) * DAY_MS,
  };
}

/** Halves the list: a calendar of decades has thousands of sessions, and every tick asks. */
function firstNotOver(
  sessions: readonly ExchangeSession[],
  epochMs: number,
): ExchangeSession | undefined {
  let low = 0;
  let high = sessions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const session = sessions[middle];
    if (session !== undefined && session.closesAtMs <= epochMs) low = middle + 1;
    else high = middle;
  }
  return sessions[low];
}

/**
 * The date of a day as `YYYY-MM-DD` in the Gregorian calendar.
 *
 * @param day - Days since 1970-01-01, from there to the year 9999.
 */
export function dateOfDay(day: number): string {
  let year = 1970 + Math.floor(day / 366);
  while (daysBeforeYear(year + 1) <= day) year += 1;
  let left = day - daysBeforeYear(year);
  let month = 0;
  for (const length of monthLengths(year)) {
    if (left < length) break;
    left -= length;
    month += 1;
  }
  return `${year}-${twoDigits(month + 1)}-${twoDigits(left + 1)}`;
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
