import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { toEventResource } from '../resources/event';
import type { Telling } from './event-stream';
import { formatFrame, formatRetry } from './frames';
import { readSnapshot } from './snapshot';

const RECONNECT_MS = 1_000;

/**
 * Every event of an account as a CloudEvent, behind a snapshot.
 *
 * @param since - The last sequence the reader knows; `null` begins with the snapshot's.
 */
export function tellEvents(db: Kysely<Database>, accountId: string, since: number | null): Telling {
  return {
    async open() {
      const snapshot = await readSnapshot(db, accountId);
      // A position from beyond the last event belongs to another database: begin anew.
      const resumes = since !== null && since <= snapshot.sequence;
      const position = resumes ? since : snapshot.sequence;
      // A resuming reader keeps its own position until the events between have arrived.
      const id = resumes ? {} : { id: String(position) };
      const frame = formatFrame({ ...id, event: 'snapshot', data: snapshot });
      return { text: formatRetry(RECONNECT_MS) + frame, position };
    },
    write(rows) {
      const frames = rows.map((row) => {
        const event = row.type.split('.')[1] ?? 'event';
        return formatFrame({ id: row.sequence, event, data: toEventResource(row) });
      });
      return Promise.resolve(frames);
    },
    ends: false,
    farewell: (reason) => formatFrame({ event: 'end', data: { reason } }),
  };
}
