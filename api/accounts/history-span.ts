import { invalidRequest } from '../fields';
import type { VenueCalendar } from '../venue-calendar';
import type { Span } from './history-windows';

const DAY_MS = 86_400_000;
const PERIOD = /^(\d{1,4})(D|W|M|A|Y)$/i;

export interface SpanQuery {
  readonly period?: string | undefined;
  /** RFC 3339. */
  readonly start?: string | undefined;
  /** RFC 3339. */
  readonly end?: string | undefined;
}

/** Longer than an exchange was ever closed since 1970. */
const CLOSED_DAYS = 10;

/**
 * Where a history ends that names no end: now, or where the last session ended while the venue is
 * closed, so that a day asked for on a Sunday is Friday.
 */
export function latestEnd(
  calendar: Pick<VenueCalendar, 'clockAt' | 'days'>,
  nowMs: number,
): number {
  if (calendar.clockAt(nowMs).open) return nowMs;
  const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const days = calendar.days(dateOf(nowMs - CLOSED_DAYS * DAY_MS), dateOf(nowMs + DAY_MS));
  return days.findLast(({ closesAtMs }) => closesAtMs <= nowMs)?.closesAtMs ?? nowMs;
}

/**
 * The stretch a client asks for: `start` and `end`, or a period up to `end` or from `start`, by
 * default the month up to now. Never beyond now.
 *
 * @param openedAtMs - What `all` begins with.
 * @throws ProblemError 400 for all three at once, and for a period that is none.
 */
export function readSpan(query: SpanQuery, openedAtMs: number, nowMs: number): Span {
  const { period, start, end } = query;
  if (period !== undefined && start !== undefined && end !== undefined) {
    throw refuse('period', 'one_of', 'send two of period, start and end at most');
  }
  const latestMs = end === undefined ? nowMs : Date.parse(end);
  if (start === undefined) {
    const startMs = moved(latestMs, period ?? '1M', -1, openedAtMs);
    return clip({ startMs, endMs: latestMs }, nowMs);
  }
  const startMs = Date.parse(start);
  const endMs = period === undefined ? latestMs : moved(startMs, period, 1, nowMs);
  return clip({ startMs, endMs }, nowMs);
}

const clip = ({ startMs, endMs }: Span, nowMs: number): Span => ({
  startMs,
  endMs: Math.min(endMs, nowMs),
});

/** A moment as many days, weeks, months or years before or after another one. */
function moved(fromMs: number, period: string, direction: 1 | -1, all: number): number {
  if (period.toLowerCase() === 'all') return all;
  const match = PERIOD.exec(period);
  const count = direction * Number(match?.[1] ?? 0);
  const date = new Date(fromMs);
  switch (match?.[2]?.toUpperCase()) {
    case 'D':
      date.setUTCDate(date.getUTCDate() + count);
      return date.getTime();
    case 'W':
      date.setUTCDate(date.getUTCDate() + 7 * count);
      return date.getTime();
    case 'M':
      date.setUTCMonth(date.getUTCMonth() + count);
      return date.getTime();
    case 'A':
    case 'Y':
      date.setUTCFullYear(date.getUTCFullYear() + count);
      return date.getTime();
    default:
      throw refuse('period', 'period', "expected a period such as 1D, 1W, 1M, 1A or 'all'");
  }
}

const refuse = (field: string, rule: string, message: string) =>
  invalidRequest([{ field, rule, message }], 'query');
