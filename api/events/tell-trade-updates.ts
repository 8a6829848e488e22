import type { Kysely } from 'kysely';
import type { Database } from '../../schema/database';
import { readTradeUpdates } from '../sockets/read-trade-updates';
import type { Telling } from './event-stream';
import { formatFrame } from './frames';

export interface TradeUpdatesAsked {
  /** The sequence the stream begins behind. */
  readonly position: number;
  /** The last sequence that is wanted; `null`: all that will come. */
  readonly lastSequence: number | null;
  /** RFC 3339, included; `null` as above. */
  readonly until: string | null;
}

/** `trade_updates` as lines of data, as Alpaca's clients without a socket read them. */
export function tellTradeUpdates(
  db: Kysely<Database>,
  accountId: string,
  { position, lastSequence, until }: TradeUpdatesAsked,
): Telling {
  const untilMs = until === null ? Infinity : Date.parse(until);
  return {
    // Something has to be written before a proxy, or a client, sees that the stream is open.
    open: () => Promise.resolve({ text: ': open\n\n', position }),
    async write(rows) {
      const updates = await readTradeUpdates(db, accountId, rows);
      return rows.map((row, index) => {
        const update = updates[index];
        if (Number(row.sequence) > (lastSequence ?? Infinity)) return null;
        if (Date.parse(row.created_at) > untilMs) return null;
        if (update == null) return '';
        return formatFrame({ id: row.sequence, data: { ...update, at: update.timestamp } });
      });
    },
    ends: lastSequence !== null || untilMs <= Date.now(),
    // Its readers take every line of data for an update.
    farewell: () => '',
  };
}
