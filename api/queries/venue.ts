import { type Kysely, sql } from 'kysely';
import type { Database } from '../../schema/database';
import { type VenueCalendar, venueCalendarOf } from '../venue-calendar';

/** The exchange's calendar as soon as one tradable asset keeps it: the others never close. */
export async function readVenueCalendar(db: Kysely<Database>): Promise<VenueCalendar> {
  const { rows } = await sql<{ nyse: boolean }>`
    select exists (select from assets where tradable and calendar = 'nyse') as nyse`.execute(db);
  return venueCalendarOf(rows[0]?.nyse === true ? 'nyse' : 'continuous');
}
