import { type RawBuilder, sql } from 'kysely';

/** RFC 3339 with the microseconds that a JavaScript Date would drop. */
export function timestampText(column: string): RawBuilder<string> {
  const format = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
  return sql<string>`to_char(${sql.ref(column)} at time zone 'UTC', ${format})`;
}

export function nullableTimestampText(column: string): RawBuilder<string | null> {
  return timestampText(column);
}
