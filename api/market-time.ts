import { formatEasternTime } from '../domain/calendar/eastern-time';
import type { VenueCalendar } from './venue-calendar';

/** RFC 3339 as a clock at the venue shows it: New York's offset, or UTC where there is no zone. */
export function formatMarketTime({ timeZone }: VenueCalendar, epochMs: number): string {
  return timeZone === 'UTC' ? new Date(epochMs).toISOString() : formatEasternTime(epochMs);
}
