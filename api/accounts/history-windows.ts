import type { EquityWindow } from '../../domain/equity-history';
import type { VenueCalendar } from '../venue-calendar';

export const TIMEFRAMES = ['1Min', '5Min', '15Min', '1H', '1D'] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

const DAY_MS = 86_400_000;
const MINUTES = { '1Min': 1, '5Min': 5, '15Min': 15, '1H': 60 } as const;

/** A start and an end, epoch milliseconds. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Alpaca's choice: minutes for days, quarters of an hour for weeks, days for longer. */
export function defaultTimeframe({ startMs, endMs }: Span): Timeframe {
  const days = (endMs - startMs) / DAY_MS;
  if (days < 7) return '1Min';
  return days < 30 ? '15Min' : '1D';
}

/**
 * Windows that begin inside the span, earliest first: trading days, or parts of them.
 *
 * @param continuous - Also parts of the time in which the venue is closed.
 * @param maximum - One more than these are not computed.
 */
export function windowsOf(
  calendar: VenueCalendar,
  span: Span,
  timeframe: Timeframe,
  continuous: boolean,
  maximum: number,
): EquityWindow[] {
  const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const days = calendar.days(dateOf(span.startMs - DAY_MS), dateOf(span.endMs + DAY_MS));
  const windows: EquityWindow[] = [];
  for (const [index, day] of days.entries()) {
    const { tradingDay, opensAtMs } = day;
    // A day lasts until the next one where the time between them counts.
    const nextOpenMs = days[index + 1]?.opensAtMs ?? day.closesAtMs;
    const closesAtMs = continuous ? nextOpenMs : day.closesAtMs;
    const step = timeframe === '1D' ? closesAtMs - opensAtMs : MINUTES[timeframe] * 60_000;
    for (let startMs = opensAtMs; startMs < closesAtMs; startMs += step) {
      if (startMs + step <= span.startMs || startMs >= span.endMs) continue;
      windows.push({ startMs, endMs: Math.min(startMs + step, closesAtMs), tradingDay });
      if (windows.length > maximum) return windows;
    }
  }
  return windows;
}
