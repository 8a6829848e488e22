import { type Calendar, sessionAt } from '../../domain/sessions';

/** When the session of the newest tick ended; `null` while it lasts, and before any tick. */
export function endOfSession(calendar: Calendar, before: number, now: number): number | null {
  if (before === 0) return null;
  const { open, closesAtMs } = sessionAt(calendar, before);
  return open && closesAtMs !== null && closesAtMs <= now ? closesAtMs : null;
}
