/** When a venue trades. Times are epoch milliseconds of the market clock. */
import { DAY_MS, dateOfDay } from './calendar/dates';

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

/** When the venue opens and closes next, as a clock on its wall would say. */
export interface VenueClock {
  readonly open: boolean;
  /** After `epochMs`; `null` past the end of its calendar. */
  readonly nextOpenMs: number | null;
  /** After `epochMs`: of the running session, or of the next one. */
  readonly nextCloseMs: number | null;
}

export function venueClock(calendar: Calendar, epochMs: number): VenueClock {
  const { open, opensAtMs, closesAtMs } = sessionAt(calendar, epochMs);
  if (!open || closesAtMs === null) {
    return { open, nextOpenMs: opensAtMs, nextCloseMs: closesAtMs };
  }
  return { open, nextOpenMs: sessionAt(calendar, closesAtMs).opensAtMs, nextCloseMs: closesAtMs };
}
